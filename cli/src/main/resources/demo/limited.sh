#!/bin/sh
# Its provider refuses more work at first: exit 75. Not a failure, it is tried again after the cool-down.
. "${0%/*}/worker.sh"
set -eu

context=$(context)
case $context in
  *"rate_limited"*)
    finish "The provider was there again"
    ;;
  *)
    echo "429: come back later"
    exit 75
    ;;
esac
