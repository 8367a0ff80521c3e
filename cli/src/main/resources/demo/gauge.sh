#!/bin/sh
# Measures the river that its task's title names.
. "${0%/*}/worker.sh"
set -eu

context=$(context)
river=${context#*': Measure the '}
river=${river%%[!a-z]*}
case $river in
  danube) flow=6500 ;;
  elbe) flow=870 ;;
  loire) flow=840 ;;
  tagus) flow=500 ;;
  vistula) flow=1080 ;;
  *)
    echo "gauge: there is no river called '$river'"
    exit 1
    ;;
esac
sleep 1
finish "The $river carries $flow m3/s" "{\"flow\": $flow}"
