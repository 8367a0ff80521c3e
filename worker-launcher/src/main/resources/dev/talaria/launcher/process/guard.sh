# Ends workers whose launcher has been gone for too long. One per launcher, whose end it learns from its standard input.
#
#   sh guard.sh <runs root> <token> <seconds from TERM to KILL>
#
# Looks after the runs whose directory has a file stop_after: after how many seconds, the run's key, the worker's log. A
# launcher that takes over writes its own token into .guard; this one then has nothing left to do.
IFS=' 	
'
runs=$1 token=$2 grace=$3
PATH=/usr/bin:/bin
trap '' HUP INT QUIT PIPE TERM

# Sets pid if the worker of this run directory lives: the process has its id and was born when it was.
alive() {
  pid= born=
  { read -r pid born <"$1/pid"; } 2>/dev/null
  [ -n "$pid" ] || return 1
  { IFS= read -r stat <"/proc/$pid/stat"; } 2>/dev/null || return 1
  set -- ${stat##*) }
  [ "$1" != Z ] && [ "${20}" = "$born" ]
}

# What carries the run's key in its environment, wherever it has gone.
carriers() {
  for file in $(grep -slaF "TALARIA_RUN_KEY=$1" /proc/[0-9]*/environ); do
    if tr '\000' '\n' <"$file" 2>/dev/null | grep -qxF "TALARIA_RUN_KEY=$1"; then
      file=${file#/proc/}
      echo "${file%/environ}"
    fi
  done
}

stop() {
  case $noted in
    *" $2 "*) ;;
    *)
      noted="$noted$2 "
      printf LAUNCHER >"$1/stopping"
      printf 'talaria: stopping this worker: its launcher has been gone for %s s\n' "$waited" >>"$3"
      ;;
  esac
  [ -z "$pid" ] || kill -s "$signal" -- "-$pid" 2>/dev/null
  for other in $(carriers "$2"); do
    kill -s "$signal" "$other" 2>/dev/null
  done
}

while read -r line; do :; done

waited=0 noted=' '
while :; do
  current=
  { read -r current <"$runs/.guard"; } 2>/dev/null
  [ "$current" = "$token" ] || exit 0
  left=no
  for dir in "$runs"/*/; do
    dir=${dir%/}
    [ -f "$dir/stop_after" ] && [ ! -e "$dir/acknowledged" ] || continue
    { read -r limit && IFS= read -r key && IFS= read -r log; } <"$dir/stop_after" || continue
    if alive "$dir"; then
      left=yes
    elif [ "$waited" -lt "$limit" ] || [ -z "$(carriers "$key")" ]; then
      continue
    else
      left=yes pid=
    fi
    if [ "$waited" -ge "$limit" ]; then
      signal=TERM
      [ "$waited" -lt $((limit + grace)) ] || signal=KILL
      stop "$dir" "$key" "$log"
    fi
  done
  # a run that was given to the forker last may only be about to start
  [ "$left" = yes ] || [ "$waited" -lt 5 ] || exit 0
  sleep 1
  waited=$((waited + 1))
done
