#!/bin/sh
# The same, in another style.
if [ "$1" = hello ]; then
  printf 'hello\n'
elif [ "$1" = twice ]; then
  printf '%s %s\n' "$2" "$2"
fi
