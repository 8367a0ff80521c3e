#!/bin/sh
# Adds up what the five measurements handed over; fails unless it sees all of them.
. "${0%/*}/worker.sh"
set -eu

context=$(context)
total=0
rivers=0
for river in $DEMO_RIVERS; do
  case $context in
    *"The $river carries "*) ;;
    *)
      echo "writer: nobody told me about the $river"
      exit 1
      ;;
  esac
  flow=${context#*"The $river carries "}
  flow=${flow%% *}
  echo "the $river: $flow"
  total=$((total + flow))
  rivers=$((rivers + 1))
done
finish "All $rivers rivers together carry $total m3/s" "{\"rivers\": $rivers, \"total\": $total}"
