#!/usr/bin/env bash
# Proves the set-up: on a Debian 12 made from nothing, two commands of a fresh clone lead to the board and to the
# proof of the course. Needs root, debootstrap and git, and a mirror of Debian.
#
#   tests/setup/fresh-debian.sh [--board-only] [--mirror URL] [--dir DIR] [REPOSITORY]
#
#   --board-only   without ./lab verify
#   --mirror URL   default: the one this machine's apt uses
#   --dir DIR      a new folder for the system, kept afterwards; default: a temporary one, removed at the end
#   REPOSITORY     what is cloned; default: this checkout as of its last commit
set -euo pipefail

die() { echo "fresh-debian: $*" >&2; exit 1; }
usage() { sed -n '5,10s/^# \{0,3\}//p' "$0"; }

mirror='' root='' verify=yes
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
while [ $# -gt 0 ]; do
  case $1 in
    --board-only) verify=no ;;
    --mirror) mirror=${2:?--mirror takes a URL}; shift ;;
    --dir) root=${2:?--dir takes a folder}; shift ;;
    --help) usage; exit ;;
    -*) usage >&2; exit 2 ;;
    *) repository=$1 ;;
  esac
  shift
done

[ "$(id -u)" = 0 ] || die 'needs root, to make a system and to enter it: sudo' "$0"
for tool in debootstrap git unshare pivot_root; do
  command -v "$tool" >/dev/null || die "needs $tool (Debian: debootstrap, git, util-linux)"
done

# Mounts are made in a namespace of their own and end with it, however this script ends: what is removed here can
# only be the new system's files.
child='' temporary=''
clean_up() {
  if [ -n "$child" ]; then kill -KILL "$child" 2>/dev/null || true; wait "$child" 2>/dev/null || true; fi
  if [ -n "$temporary" ]; then rm -rf --one-file-system "$temporary"; fi
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# In the background, so that a signal does not have to wait for the command.
in_namespace() { # OPTIONS OF UNSHARE… -- COMMAND…
  unshare --mount --propagation private --pid --fork --kill-child "$@" &
  child=$!
  local status=0
  wait "$child" || status=$?
  child=''
  return "$status"
}

# Enters with pivot_root: inside a chroot the kernel refuses programs namespaces of their own.
# shellcheck disable=SC2016 # for the inner shell
enter='
  set -e
  mount --bind "$0" "$0"
  cd "$0"
  mount -t proc proc proc
  mount -t sysfs -o ro sysfs sys
  mount -t tmpfs -o mode=1777 tmpfs dev/shm
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
  user=$1 command=$2
  pivot_root . .
  umount -l .
  cd /
  exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ${http_proxy:+http_proxy="$http_proxy"} \
    ${https_proxy:+https_proxy="$https_proxy"} su --whitelist-environment=http_proxy,https_proxy - "$user" -c "$command"
'
inside() { # USER COMMAND [OPTION OF UNSHARE…]
  local user=$1 command=$2
  shift 2
  in_namespace "$@" -- sh -c "$enter" "$root" "$user" "$command"
}

steps=()
step() { # WHAT STATUS COMMAND…: runs it, expects that status, notes the time
  local what=$1 expected=$2 begin status=0
  shift 2
  echo "== $what"
  begin=$EPOCHREALTIME
  "$@" </dev/null || status=$?
  steps+=("$(awk "BEGIN { printf \"%8.2f s\", ${EPOCHREALTIME/,/.} - ${begin/,/.} }")  $what")
  echo "${steps[-1]}"
  [ "$status" = "$expected" ] || die "$what: exit status $status instead of $expected"
}

make_system() {
  local proxy
  proxy=$(apt-config dump 2>/dev/null | sed -n 's/^Acquire::http::Proxy "\(http.*\)";$/\1/p')
  if [ -n "$proxy" ]; then export http_proxy=${http_proxy:-$proxy}; fi
  in_namespace --mount-proc debootstrap --variant=minbase bookworm "$root" "$mirror" >"$root.log" 2>&1 || {
    tail -n 5 "$root.log" >&2
    return 1
  }
  rm -f "$root.log"
}

# What a machine behind a proxy or with a mirror of its own needs to reach it; nothing else comes from outside.
share_network_settings() {
  cat /etc/resolv.conf >"$root/etc/resolv.conf"
  cat /etc/hosts >"$root/etc/hosts"
  apt-config dump 2>/dev/null | grep -E '^Acquire::(https?::Proxy(::[^ ]*)?|Check-[A-Za-z-]*) "[^"]' \
    >"$root/etc/apt/apt.conf.d/90network" || true
}

clone() { # USER
  git clone --quiet --no-hardlinks "$repository" "$root/home/$1/socket-lab"
  chroot "$root" chown -R "$1:" "/home/$1/socket-lab"
}

# Without root and sudo nothing is installed: the list names exactly what is missing, and nothing is left behind.
lists_what_is_missing() {
  local said="$root/tmp/said" status=0
  inside student 'cd socket-lab && ./lab' >"$said" 2>&1 || status=$?
  sed 's/^/  | /' "$said"
  [ "$status" = 3 ] || die "exit status $status instead of 3"
  grep -q 'install -y --no-install-recommends libfmt-dev ninja-build$' <(sed 's/ ninja-build libfmt-dev$/ libfmt-dev ninja-build/' "$said") ||
    die 'the command does not name ninja-build and libfmt-dev, and only these'
}

if [ -z "$mirror" ]; then
  mirror=$(apt-get indextargets --format "\$(REPO_URI)" 'Identifier: Packages' 'Origin: Debian' 2>/dev/null | head -n 1)
  mirror=${mirror:-http://deb.debian.org/debian}
fi
if [ -n "$root" ]; then
  [ ! -e "$root" ] || die "$root is there already"
  mkdir -p "$root"
else
  temporary=$(mktemp -d) && root=$temporary/debian
fi
root=$(realpath "$root")

step "Debian 12 from $mirror" 0 make_system
share_network_settings
chroot "$root" useradd --create-home --shell /bin/bash student
chroot "$root" useradd --create-home --shell /bin/bash teacher
clone teacher
clone student

board='cd /home/teacher/socket-lab && ./lab'
step 'root: the first ./lab' 0 inside root "$board"
if [ "$verify" = yes ]; then step 'root: ./lab verify' 0 inside root "$board verify"; fi
step 'root: ./lab again' 0 inside root "$board"
step 'root: ./lab without a network' 0 inside root "$board" --net
step 'a user without root: the first ./lab' 0 inside student 'cd socket-lab && ./lab'

chroot "$root" dpkg --remove --force-depends ninja-build libfmt-dev >/dev/null 2>&1
rm -rf "$root/home/student/socket-lab/build"
step 'a user without root, where ninja-build and libfmt-dev are missing' 0 lists_what_is_missing

echo "== passed"
printf '%s\n' "${steps[@]}"
