#!/usr/bin/env bash
# A year of the Linhai programme, twice: from the files banks file anyway to the last
# fen on the command line, and on a platform where everybody has signed in, reported,
# reviewed and been paid. What `make demo` shows; it leaves everything in out/demo
# and the platform running. PORT=8321 is where; STOP=1 only stops it.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly out=out/demo port=${PORT:-8321}
readonly pid=$out/platform.pid

stop() {
  [ -f "$pid" ] || return 0
  local n
  n=$(cat "$pid")
  kill "$n" 2>/dev/null || true
  while kill -0 "$n" 2>/dev/null; do sleep 0.1; done
  rm -f "$pid"
}

run() {
  printf '\n$ changrong %s\n' "$*"
  bin/changrong "$@"
}

stop
[ -z "${STOP:-}" ] || exit 0
rm -rf "$out"
mkdir -p "$out"

run city --seed 1 --enterprises 2000 --as pboc --out "$out/bank-files"
run import --in "$out/bank-files" --keep 3 --out "$out/facts"
run settle --pack packs/linhai-2021-47 --facts "$out/facts" --out "$out/bundle"
run explain "$out/bundle" --example
run verify "$out/bundle"
bin/changrong explain "$out/bundle" --example --html "$out/why.html" >/dev/null

CHANGRONG_BEGIN_CODE=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
export CHANGRONG_BEGIN_CODE
printf '\n$ changrong serve --demo\n'
bin/changrong serve --data "$out/platform" --packs packs --demo --listen "127.0.0.1:$port" >"$out/platform.log" 2>&1 </dev/null &
echo $! >"$pid"
for _ in $(seq 100); do
  grep -q '^畅融已启动' "$out/platform.log" && break
  kill -0 "$(cat "$pid")" 2>/dev/null || { cat "$out/platform.log" >&2; rm -f "$pid"; exit 1; }
  sleep 0.1
done
printf '\n$ changrong live\n'
bin/changrong live --url "http://127.0.0.1:$port" --seed 1 --enterprises 120 | tee "$out/accounts.txt"

cat <<TXT

The platform is at http://127.0.0.1:$port — sign in as any of the above ($out/accounts.txt). It runs until: make stop
$out/bundle is the settlement: open its totals.csv. $out/why.html shows the explained payment as a page.
Another payment:  bin/changrong explain $out/bundle --payee CODE
TXT
