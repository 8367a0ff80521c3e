#!/bin/sh
# Outruns its time limit at first; at the next attempt it sees that in its context and takes the short way.
. "${0%/*}/worker.sh"
set -eu

context=$(context)
case $context in
  *"timed_out"*)
    finish "Took the short way"
    ;;
  *)
    echo "taking the scenic route ..."
    sleep 600
    ;;
esac
