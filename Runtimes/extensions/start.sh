#!/bin/sh
# Starts a function's external extensions and then its runtime, and tells the server of all of them:
#
#   start.sh {NAME PATH}... -- RUNTIME [ARGUMENT...]
#
# Lines that begin with the bytes FF A6 are for the server (they are in no text): E and a line that an extension printed, X and an
# extension's name and exit status, R and the runtime's exit status. SIGTERM is for the runtime and the extensions; this shell
# stays until the last of them has ended, since everything ends with it.
trap : TERM

extension() {
  {
    "$2" 2>&1 3>&- 4>&-
    printf '\377\246X%s %s\n' "$1" "$?" >&3
  } 4>&- | while IFS= read -r line || [ -n "$line" ]; do
    printf '\377\246E%s\n' "$line"
  done
}

# What the shell itself has to say of ended processes is nobody's output.
exec 3>&1 4>&2 2>/dev/null
while [ "$1" != "--" ]; do
  if [ -x "/opt/extensions/$1" ]; then
    extension "$1" "/opt/extensions/$1" &
  else
    extension "$1" "$2" &
  fi
  shift 2
done
shift
"$@" 2>&4 3>&- 4>&- &
runtime=$!
status=143
while :; do
  wait "$runtime"
  status=$?
  kill -0 "$runtime" 2>/dev/null || break
done
printf '\377\246R%s\n' "$status"
while :; do
  wait && break
done
exit "$status"
