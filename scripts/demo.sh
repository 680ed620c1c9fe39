#!/usr/bin/env bash
# A year of the Linhai programme from the files banks file anyway to the last fen:
# what `make demo` shows. Leaves everything in out/demo.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly out=out/demo
rm -rf "$out"
mkdir -p "$out"

run() {
  printf '\n$ changrong %s\n' "$*"
  bin/changrong "$@"
}

run city --seed 1 --enterprises 2000 --as pboc --out "$out/bank-files"
run import --in "$out/bank-files" --keep 3 --out "$out/facts"
run settle --pack packs/linhai-2021-47 --facts "$out/facts" --out "$out/bundle"
run explain "$out/bundle" --example
run verify "$out/bundle"
bin/changrong explain "$out/bundle" --example --html "$out/why.html" >/dev/null
cat <<TXT

$out/bundle is the settlement: open its totals.csv. $out/why.html shows the explained payment as a page.
Another payment:  bin/changrong explain $out/bundle --payee CODE
TXT
