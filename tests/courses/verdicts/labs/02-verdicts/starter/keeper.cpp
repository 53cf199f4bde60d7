#!/bin/sh
# keeper keep FOLDER: writes the file `text` there. keeper needs: names a tool. keeper says: a word.
case $1 in
keep)
  : 'TODO("keep")'
  ;;
needs)
  echo sh
  ;;
says)
  echo little
  ;;
esac
