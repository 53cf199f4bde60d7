#!/usr/bin/env bash
# How long a student waits after an edit: for the verdict on the open stage (`./lab test 1 echo-once`) and for the whole
# lab (`./lab test 1`), against the bare compilation of that one file by `g++ -O0 -g -c`; in turns, in one run. Prints
# medians and ratios; the goal is 2 for the verdict.
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
cp solutions/01-tcp-echo/*.cpp labs/01-tcp-echo/
./lab test 1 --all >/dev/null # everything else is built, and the next test tries every stage

seconds_of() { # COMMAND…: what it takes, in seconds
  local begin=$EPOCHREALTIME
  "$@" >/dev/null
  awk "BEGIN { printf \"%.4f\n\", ${EPOCHREALTIME/,/.} - ${begin/,/.} }"
}
median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

edit() { echo "// round $round" >>"$program"; }
for ((round = 1; round <= rounds; round++)); do
  edit && seconds_of ./lab test 1 echo-once >>"$work/verdict"
  edit && seconds_of ./lab test 1 >>"$work/lab_whole"
  seconds_of g++ -std=c++20 -O0 -g -Icommon -c "$program" -o "$work/bare.o" >>"$work/bare"
done
awk "BEGIN {
  verdict = $(median <"$work/verdict"); whole = $(median <"$work/lab_whole"); bare = $(median <"$work/bare")
  printf \"edit to verdict %.0f ms, whole lab %.0f ms, g++ -O0 -g -c alone %.0f ms; ratios %.2f and %.2f (medians of $rounds)\\n\",
    verdict * 1000, whole * 1000, bare * 1000, verdict / bare, whole / bare
}"
