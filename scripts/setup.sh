#!/usr/bin/env bash
# Installs what is missing for a target of the Makefile, which it is named after:
# setup.sh demo|lint needs Go, setup.sh test|bench PostgreSQL, Python and some
# tools too, setup.sh web Node alone. The console is built for demo and test where
# Node can be had. It is done in a moment when nothing is missing. Where it may not install,
# it names what is missing and the command, and ends with status 1.
set -euo pipefail
cd "$(dirname "$0")/.."

# The oldest Go this builds with, and the one fetched where there is none.
readonly oldest=1.26 fetched=1.26.8
# The oldest Node that builds the console, and the one fetched where there is none.
readonly oldest_node=20.19 fetched_node=22.21.0

readonly purpose=${1:-test}
export GOTOOLCHAIN=${GOTOOLCHAIN:-auto}
export PATH="$PWD/bin/toolchain/bin:$PWD/bin/node/node_modules/.bin:$PATH"

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# at_least 1.26 1.26.8: the second version is not older than the first.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

# go_version prints the version of Go that builds this module, nothing if none
# does: a Go from 1.21 on fetches the one go.mod asks for.
go_version() { has go && go env GOVERSION 2>/dev/null | sed -n 's/^go//p'; }

# postgres_dir prints where the server's programs are.
postgres_dir() {
  local dir
  for dir in "$(pg_config --bindir 2>/dev/null || true)" "$(dirname "$(command -v postgres || echo /)")" \
    /usr/lib/postgresql/*/bin /usr/local/pgsql/bin; do
    if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ]; then
      echo "$dir"
      return
    fi
  done
}

# with_python: Python can make a folder of packages of its own.
with_python() { has python3 && python3 -c 'import ensurepip, venv' 2>/dev/null; }

# python_packages puts those of scripts/requirements.txt into .venv. The tests
# that want them are skipped where they cannot be had.
python_packages() {
  local wanted=scripts/requirements.txt done=.venv/requirements.txt
  cmp -s "$wanted" "$done" && return
  say "installing $(grep -v '^#' "$wanted" | tr '\n' ' ')into .venv"
  if python3 -m venv .venv && .venv/bin/python -m pip install -q --disable-pip-version-check -r "$wanted" >&2; then
    cp "$wanted" "$done"
  else
    say "that failed; the tests that rerun SQL in DuckDB will be skipped"
  fi
}

c_compiler() { has gcc && echo 'int main(void) { return 0; }' | gcc -x c - -o /dev/null 2>/dev/null; }

# install PACKAGE…: with apt-get, as root or through sudo.
install() {
  local as=() command=(apt-get install -y --no-install-recommends "$@")
  if ! has apt-get; then
    die "missing: $*. Install them with this system's package manager (Debian's names are given) and run this again."
  fi
  if [ "$(id -u)" -ne 0 ]; then
    if has sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
      as=(sudo)
    else
      die "missing: $*. As root, run:  apt-get update && ${command[*]}"
    fi
  fi
  say "installing $*"
  "${as[@]}" apt-get update -qq ||
    say "apt-get update failed; trying with the lists that are here"
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive "${command[@]}" >&2 ||
    die "could not install $*. Try:  apt-get update && ${command[*]}"
}

# fetch_go puts a Go into bin/toolchain with the help of one that is too old to
# do so by itself (before 1.21): the toolchain is a module like any other.
fetch_go() {
  local arch dir
  arch=$(cd / && go env GOHOSTARCH)
  say "fetching Go $fetched as a module"
  dir=$(cd / && go mod download -json "golang.org/toolchain@v0.0.1-go$fetched.linux-$arch" |
    sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p')
  [ -d "$dir" ] || die "could not fetch Go $fetched. Install Go $oldest or newer by hand."
  chmod -R u+x "$dir/bin" "$dir/pkg/tool" # archives of modules carry no modes
  mkdir -p bin
  ln -sfn "$dir" bin/toolchain
  hash -r
}

node_version() { has node && node --version | sed 's/^v//'; }

# with_node makes sure of Node and npm. Debian's Node may be too old to build the
# console, yet good enough to fetch one that does: it is a package like any other.
with_node() {
  local arch
  if ! has npm; then
    (install nodejs npm) || return 1
    hash -r
  fi
  if ! at_least "$oldest_node" "$(node_version || echo 0)"; then
    arch=$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
    say "fetching Node $fetched_node as a package"
    mkdir -p bin/node
    npm install --prefix bin/node --no-save --no-audit --no-fund --silent "node-linux-$arch@$fetched_node" >&2 || return 1
    hash -r
  fi
  at_least "$oldest_node" "$(node_version || echo 0)"
}

# with_browser: Chromium and letters for Chinese, for the tests that look at the console.
with_browser() {
  has chromium || has chromium-browser || has google-chrome || (install chromium fonts-noto-cjk) || return 1
}

if [ "$purpose" = web ]; then
  with_node || die "no Node $oldest_node or newer with npm. Install them with this system's package manager."
  say "Node $(node_version)"
  exit
fi

missing=()
has go || missing+=(golang-go)
has git || missing+=(git)
has make || missing+=(make)
if [ "$purpose" = test ] || [ "$purpose" = bench ]; then
  [ -n "$(postgres_dir)" ] || missing+=(postgresql)
  c_compiler || missing+=(gcc libc6-dev) # for the race detector
  with_python || missing+=(python3 python3-venv)
  [ "$purpose" = test ] || [ -x /usr/bin/time ] || missing+=(time)
fi
if [ ${#missing[@]} -gt 0 ]; then
  install "${missing[@]}"
fi

have=$(go_version || true)
if ! at_least "$oldest" "${have:-0}"; then
  if [ "$GOTOOLCHAIN" = local ]; then
    die "Go ${have:-of unknown version} is too old and GOTOOLCHAIN=local forbids to fetch another. Run again with GOTOOLCHAIN=auto, or install Go $oldest."
  fi
  fetch_go
  have=$(go_version || true)
  at_least "$oldest" "${have:-0}" || die "Go $oldest or newer is needed; here is ${have:-none}."
fi
if [ "$purpose" = test ] || [ "$purpose" = bench ]; then
  [ -n "$(postgres_dir)" ] || die "no PostgreSQL server programs (initdb, postgres). Run:  apt-get install postgresql"
  [ "$purpose" = bench ] || python_packages # the peers have a folder of their own
  say "Go $have, PostgreSQL in $(postgres_dir)"
else
  say "Go $have"
fi
if [ "$purpose" = demo ] || [ "$purpose" = test ]; then
  with_node || say "no Node $oldest_node or newer with npm; the program will be built without its console"
fi
if [ "$purpose" = test ]; then
  ! has npm || scripts/web.sh packages >&2 || say "the console's packages could not be installed; the tests that need a browser will be skipped"
  with_browser || say "no Chromium; the tests that need a browser will be skipped"
fi
