#!/bin/sh
# Under another name first, so that nobody finds half a text.
case $1 in
keep) printf 'kept\n' >"$2/text.new" && mv "$2/text.new" "$2/text" ;;
needs) echo sh ;;
says) echo nothing ;;
esac
