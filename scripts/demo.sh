#!/usr/bin/env bash
# A year of the Linhai programme, twice: from the files banks file anyway to the last
# fen on the command line, and on a platform where everybody has signed in, asked for
# loans, been rated and answered, reported, reviewed and been paid. Beside the platform run the
# reference departments and the reference bank. What `make demo` shows; it leaves
# everything in out/demo and the three running. PORT=8321 is where; departments and bank
# are at PORT+100 to PORT+102. STOP=1 only stops them.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly out=out/demo port=${PORT:-8321} seed=1 firms=120
readonly url=http://127.0.0.1:$port departments=127.0.0.1:$((port + 100)) control=127.0.0.1:$((port + 101)) bank=127.0.0.1:$((port + 102))

stop() {
  local name n
  for name in bank platform departments; do
    [ -f "$out/$name.pid" ] || continue
    n=$(cat "$out/$name.pid")
    kill "$n" 2>/dev/null || true
    while kill -0 "$n" 2>/dev/null; do sleep 0.1; done
    rm -f "$out/$name.pid"
  done
}

run() {
  printf '\n$ changrong %s\n' "$*"
  bin/changrong "$@"
}

# begin NAME WORD COMMAND… starts a process and waits until it says WORD.
begin() {
  local name=$1 word=$2
  shift 2
  printf '\n$ changrong %s\n' "$*"
  bin/changrong "$@" >"$out/$name.log" 2>&1 </dev/null &
  echo $! >"$out/$name.pid"
  for _ in $(seq 300); do
    grep -q "^$word" "$out/$name.log" && return
    kill -0 "$(cat "$out/$name.pid")" 2>/dev/null || break
    sleep 0.1
  done
  cat "$out/$name.log" >&2
  stop
  exit 1
}

stop
[ -z "${STOP:-}" ] || exit 0
rm -rf "$out"
mkdir -p "$out/platform"

run city --seed 1 --enterprises 2000 --as pboc --out "$out/bank-files"
run import --in "$out/bank-files" --keep 3 --out "$out/facts"
run settle --pack packs/linhai-2021-47 --facts "$out/facts" --out "$out/bundle"
run explain "$out/bundle" --example
run verify "$out/bundle"
bin/changrong explain "$out/bundle" --example --html "$out/why.html" >/dev/null

CHANGRONG_BEGIN_CODE=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
export CHANGRONG_BEGIN_CODE
begin departments 参考部门服务 departments --seed $seed --enterprises $firms --listen "$departments" --control "$control" --platform "$url" --demo-data "$out/platform" --out "$out/departments"
begin platform 畅融已启动 serve --data "$out/platform" --packs packs --demo --listen "127.0.0.1:$port" --config "$out/departments/platform.env" --webhook-allow 127.0.0.0/8
printf '\n$ changrong live\n'
bin/changrong live --url "$url" --seed $seed --enterprises $firms --bank-side "$out/bank" --bank-hook "http://$bank/hooks" >"$out/accounts.txt"
bin/changrong bank --print >"$out/bank/rules.yaml"
begin bank 参考银行 bank --platform "$url" --demo-data "$out/platform" --key-id "$(cat "$out/bank/key-id")" --key "$out/bank/key.pem" --secret-file "$out/bank/secret.txt" --rules "$out/bank/rules.yaml" --data "$out/bank" --listen "$bank"

cat - "$out/accounts.txt" <<TXT

The platform is at $url — the accounts below are in $out/accounts.txt too. It runs until: make stop

TXT
cat <<TXT

A department that is slow, down or lies:  curl -X PUT -d '{"mode":"down"}' http://$control/departments/tax   (and {"mode":"ok"})
$out/bundle is the settlement: open its totals.csv. $out/why.html shows the explained payment as a page.
Another payment:  bin/changrong explain $out/bundle --payee CODE
TXT
