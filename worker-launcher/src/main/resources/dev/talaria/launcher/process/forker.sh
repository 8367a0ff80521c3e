# Forks one recording subshell per run. One forker per launcher; it reads names of run directories from its standard
# input and ends with it, while the recording subshells live on until their workers exit.
#
#   sh forker.sh <runs root> <setsid or -> <env with --default-signal or ->
#
# Says on its standard output, one line each, every one short enough to be written whole:
#   started <run> <pid> <start time>    the worker is about to be executed under this process id
#   ended <run> <status>                as in the file exit
#   refused <run>                       somebody else made the entry start, or it cannot be made
#
# Only built-ins, but for setsid and env: each exec costs a tenth of the throughput. Made for dash, where
#   `set -C; { : > f; }` ends the shell when f exists, and `command : > f` does not;
#   a background child ignores INT and QUIT for good, and only `env --default-signal` gives them back to the worker;
#   finished children are reaped by `jobs`, and would stay zombies while the shell waits in `read`.
IFS=' 	
'
runs=$1 setsid=$2 plain=$3
trap '' HUP INT QUIT PIPE TERM USR1 USR2

# Sets me and born: the process id and start time of the subshell that calls it.
identify() {
  if [ -r /proc/self/stat ] && IFS= read -r stat </proc/self/stat; then
    me=${stat%% *}
    set -- ${stat##*) }
    born=${20}
  else
    me=$(exec sh -c 'echo "$PPID"')
    born=-
  fi
}

# Written in place over zeros, so that a full disk does not lose it; without its newline it does not count.
finish() {
  printf '%s\n' "$1" 1<>"$dir/exit"
  printf 'ended %s %s\n' "$run" "$1"
  exit 0
}

refuse() {
  printf 'refused %s\n' "$run"
  exit 0
}

record() {
  run=$1
  dir=$runs/$run
  identify
  # Before the entry start, so that whoever made the entry can always be looked for.
  printf '%s %s\n' "$me" "$born" >"$dir/shim-$me" || refuse
  [ -r "$dir/command" ] || refuse
  set -C
  command : >"$dir/start" || refuse
  set +C
  . "$dir/command"
  cd -- "$talaria_workspace" || finish 'not-started workspace'
  command : >>"$talaria_log" || finish 'not-started log'
  if [ "$setsid" = - ]; then
    set -m
  else
    set -- "$setsid" "$@"
    [ "$plain" = - ] || set -- "$plain" --default-signal=HUP,INT,QUIT,PIPE,TERM,USR1,USR2 "$@"
  fi
  (
    identify
    # Before it can start anything: what it starts is then in its group, whatever it does to get away.
    [ -z "$talaria_group" ] || printf '%s\n' "$me" 2>/dev/null >"$talaria_group/cgroup.procs"
    printf '%s %s\n' "$me" "$born" 1<>"$dir/pid"
    printf 'started %s %s %s\n' "$run" "$me" "$born"
    trap - HUP INT QUIT PIPE TERM USR1 USR2
    exec </dev/null >>"$talaria_log" 2>&1
    exec "$@"
  )
  finish "$?"
}

while IFS= read -r name; do
  if [ -n "$name" ]; then
    record "$name" </dev/null &
  fi
  jobs >/dev/null 2>&1
done
