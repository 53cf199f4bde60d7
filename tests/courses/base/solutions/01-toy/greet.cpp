#!/bin/sh
# greet hello: says hello. greet twice WORD: says a word twice.
case $1 in
hello)
  echo hello
  ;;
twice)
  echo "$2 $2"
  ;;
esac
