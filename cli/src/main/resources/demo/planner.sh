#!/bin/sh
# Makes a task for each river, all waiting for this one, and a report that waits for them all.
. "${0%/*}/worker.sh"
set -eu

# The id of a new task, from the answer: {"ok":true, ... "task_id":"t_0a1b2c3d"}
create() {
  answer=$(api /create "$1")
  id=${answer#*'"task_id":"'}
  echo "${id%%'"'*}"
}

api /heartbeat '{"note": "looking at the map"}' >/dev/null
ids=
for river in $DEMO_RIVERS; do
  id=$(create "{\"title\": \"Measure the $river\", \"assignee\": \"gauge\", \"parents\": [\"$TALARIA_TASK\"]}")
  echo "made $id for the $river"
  ids="$ids, \"$id\""
done
report=$(create "{\"title\": \"Write the report\", \"assignee\": \"writer\", \"parents\": [${ids#, }]}")
echo "made $report for the report"
finish "Five rivers to measure, then one report"
