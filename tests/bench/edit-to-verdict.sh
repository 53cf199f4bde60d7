#!/usr/bin/env bash
# How long a student waits for a verdict: the whole of `./lab test 1` after an edit of the program, against the bare
# compilation of that one file by `g++ -O0 -g -c`, in turns, in one run. Prints medians and their ratio; the goal is 2.
#
#   tests/bench/edit-to-verdict.sh [ROUNDS]
#
# Works in a copy of the checkout, with the solution as the student's program.
set -euo pipefail

rounds=${1:-15}
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

git -C "$source" archive HEAD | tar -x -C "$work"
cd "$work"
export LAB_ROOT=$work
program=labs/01-tcp-echo/echo_server.cpp
cp solutions/01-tcp-echo/echo_server.cpp "$program"
./lab test 1 --all >/dev/null # everything else is built, and the next test tries every stage

seconds_of() { # COMMAND…: what it takes, in seconds
  local begin=$EPOCHREALTIME
  "$@" >/dev/null
  awk "BEGIN { printf \"%.4f\n\", ${EPOCHREALTIME/,/.} - ${begin/,/.} }"
}
median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

for ((round = 1; round <= rounds; round++)); do
  echo "// round $round" >>"$program"
  seconds_of ./lab test 1 >>"$work/verdict"
  seconds_of g++ -std=c++20 -O0 -g -Icommon -c "$program" -o "$work/bare.o" >>"$work/bare"
done
verdict=$(median <"$work/verdict")
bare=$(median <"$work/bare")
awk "BEGIN { printf \"edit to verdict %.0f ms, g++ -O0 -g -c alone %.0f ms, ratio %.2f (medians of $rounds)\n\",
  $verdict * 1000, $bare * 1000, $verdict / $bare }"
