# What the demo's workers share. Read by them, not run. Texts that go through here hold no quotes and no backslashes.

# A proxy has no business between a worker and its own host.
unset http_proxy HTTP_PROXY all_proxy ALL_PROXY

# Calls the worker API: path, and for a POST a JSON body. Prints the answer; fails when the call was refused.
api() {
  if command -v curl >/dev/null 2>&1; then
    # the token goes in by stdin: arguments can be read by others
    printf 'header = "Authorization: Bearer %s"\n' "$TALARIA_WORKER_TOKEN" |
      curl -K - -sS -f -m 30 ${2+-H 'Content-Type: application/json' --data-binary "$2"} "$TALARIA_WORKER_URL$1"
  else
    wget -q -O - -T 30 --header="Authorization: Bearer $TALARIA_WORKER_TOKEN" \
      ${2+--header='Content-Type: application/json' --post-data="$2"} "$TALARIA_WORKER_URL$1"
  fi
}

# All that this worker should know: its task, earlier attempts, what its parents handed over, comments.
context() {
  if [ "$DEMO_REPORTS" = api ]; then
    api /task
  else
    cat "$TALARIA_CONTEXT_FILE"
  fi
}

# Ends the task as done, with a summary and, if given, metadata.
finish() {
  [ $# -gt 1 ] || set -- "$1" '{}'
  body="{\"summary\": \"$1\", \"metadata\": $2}"
  if [ "$DEMO_REPORTS" = api ]; then
    api /complete "$body"
  else
    printf '%s\n' "$body" >"$HERMES_KANBAN_WORKSPACE/result.json"
  fi
}
