#!/bin/bash
# stubborn.sh FOLDER: starts a grandchild that ignores SIGTERM, then behaves as FOLDER/behaviour says.
# Reads the words "hang" (ignoring SIGTERM), "polite" (hangs, ends at SIGTERM) and "leave" (ends at once).
(
    trap '' TERM HUP
    echo "$BASHPID" >"$1/grandchild"
    while :; do read -r -t 60 <>"$1/fifo"; done
) &
while [ ! -s "$1/grandchild" ]; do :; done
case "$(cat "$1/behaviour")" in
leave) exit 0 ;;
hang) trap '' TERM ;;
polite) trap 'exit 7' TERM ;;
esac
while :; do read -r -t 60 <>"$1/fifo2"; done
