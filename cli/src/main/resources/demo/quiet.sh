#!/bin/sh
# Ends well and says nothing, until somebody tells it the code of the valve.
. "${0%/*}/worker.sh"
set -eu

context=$(context)
case $context in
  *"The code is "*)
    code=${context#*"The code is "}
    code=${code%%[!0-9]*}
    finish "Opened the valve with code $code" "{\"code\": $code}"
    ;;
  *)
    echo "Found the valve, but nobody told me its code."
    echo "I do not know how to go on."
    ;;
esac
