#!/usr/bin/env bash
# Measures Changrong beside its peers on one input, checks that the answers are
# equal, and writes bench/RESULTS.md. See bench/README.md.
#
#   NOTES="100000 1000000"  sizes for the comparison with peers
#   FULL=1                  also 10,000,000 notes × 13 month ends, ours alone
#   RUNS=3                  runs of each; the median is told
set -euo pipefail
cd "$(dirname "$0")/.."

readonly notes=${NOTES:-100000 1000000} runs=${RUNS:-3}
readonly work=${BENCH_DIR:-out/bench}
readonly venv=$work/venv
mkdir -p "$work"

say() { printf 'bench: %s\n' "$*" >&2; }

python() {
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv" || { say "python3-venv is missing: apt-get install python3-venv"; exit 1; }
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r bench/peers/requirements.txt
}

# cluster starts a PostgreSQL of its own on a socket in the work folder.
cluster() {
  local bin user=()
  bin=$(dirname "$(command -v initdb || ls /usr/lib/postgresql/*/bin/initdb | tail -n 1)")
  pgdir=$(mktemp -d /tmp/bench-pg-XXXXXX)
  if [ "$(id -u)" -eq 0 ]; then
    chown postgres "$pgdir"
    user=(setpriv --reuid=postgres --regid=postgres --clear-groups)
  fi
  (cd "$pgdir" && "${user[@]}" "$bin/initdb" -D "$pgdir/data" -U bench -A trust --no-sync -E UTF8 --locale=C >/dev/null &&
    "${user[@]}" "$bin/pg_ctl" -D "$pgdir/data" -w -l "$pgdir/log" -o "-c listen_addresses='' -k $pgdir -c fsync=off -c shared_buffers=1GB -c max_wal_size=8GB" start >/dev/null)
  trap '(cd / && '"${user[*]} $bin/pg_ctl -D $pgdir/data -m immediate stop"' >/dev/null 2>&1) || true; rm -rf "$pgdir"' EXIT
  export PGHOST=$pgdir PGUSER=bench PGDATABASE=bench
}

# measure NAME INPUT COMMAND…: appends name, input, seconds, kilobytes and what it
# printed last to results.tsv, once a run.
measure() {
  local name=$1 input=$2 i last
  shift 2
  for ((i = 0; i < runs; i++)); do
    [ -z "${before:-}" ] || eval "$before"
    /usr/bin/time -f '%e\t%M' -o "$work/time" "$@" >"$work/last.out" 2>"$work/last.err" || { cat "$work/last.err" >&2; say "$name failed"; exit 1; }
    last=$(tail -n 1 "$work/last.err")
    printf '%s\t%s\t%s\t%s\n' "$name" "$input" "$(tail -n 1 "$work/time")" "$last" >>"$work/results.tsv"
  done
  say "$name on $input: $(tail -n 1 "$work/time" | tr '\t' ' ') (s, KB) $last"
}

# same A B: the rows of the four items in two totals are the same bytes.
same() {
  local name=$1
  if cmp -s <(grep '^rc-' "$2") <(grep '^rc-' "$3"); then
    printf '%s\tequal\n' "$name" >>"$work/answers.tsv"
  else
    printf '%s\t%s of %s payees differ\n' "$name" \
      "$(join -t '|' -j 1 <(grep '^rc-' "$2" | awk -F, '{print $1","$2"|"$7}' | sort) <(grep '^rc-' "$3" | awk -F, '{print $1","$2"|"$7}' | sort) | awk -F'|' '$2!=$3' | wc -l)" \
      "$(grep -c '^rc-' "$2")" >>"$work/answers.tsv"
  fi
}

peers() {
  local n=$1 facts=$work/facts-$1 ours=$work/bundle-$1
  [ -d "$facts" ] || bin/changrong city --seed 7 --notes "$n" --out "$facts" >"$work/city-$n.txt"
  before="rm -rf $ours" measure changrong "$n notes" bin/changrong settle --pack packs/linhai-2021-47 --facts "$facts" --out "$ours"
  for peer in duckdb polars openfisca; do
    measure "$peer" "$n notes" "$venv/bin/python" "bench/peers/run_$peer.py" "$facts" "$work/totals-$peer.csv"
    same "$peer, $n notes" "$ours/totals.csv" "$work/totals-$peer.csv"
  done
  before='dropdb --if-exists bench; createdb bench' measure postgresql "$n notes" "$venv/bin/python" bench/peers/run_postgres.py "$facts" "$work/totals-postgresql.csv"
  same "postgresql, $n notes" "$ours/totals.csv" "$work/totals-postgresql.csv"
  dropdb bench
  # The auditor's rerun: the SQL of the bundle itself, in DuckDB.
  measure "bundle's SQL in duckdb" "$n notes" bench/peers/rerun.sh "$venv/bin/python" "$ours" "$work/totals-rerun.csv"
  same "bundle's SQL in duckdb, $n notes" "$ours/totals.csv" "$work/totals-rerun.csv"
}

ours_alone() {
  local facts
  facts=$work/facts-csv
  [ -d "$facts" ] || bin/changrong city --seed 7 --notes 100000 --format csv --without loan_events --out "$facts" >/dev/null
  before="rm -rf $work/bundle-csv" measure "settle from CSV" "100000 notes" bin/changrong settle --pack packs/linhai-2021-47 --facts "$facts" --out "$work/bundle-csv"
  [ -d "$work/message" ] || bench/peers/million.sh bin/changrong "$work/message"
  before="rm -rf $work/imported" measure "import of one CLDWDK message" "1000000 lines" bin/changrong import --in "$work/message" --out "$work/imported"
  if [ -n "${FULL:-}" ]; then
    facts=$work/facts-full
    [ -d "$facts" ] || bin/changrong city --seed 7 --notes 10000000 --every-month --without loan_events --out "$facts" >"$work/city-full.txt"
    before="rm -rf $work/bundle-full" runs=1 measure "settle from Parquet" "10000000 notes × 13 month ends" bin/changrong settle --pack packs/linhai-2021-47 --facts "$facts" --out "$work/bundle-full"
  fi
}

rm -f "$work/results.tsv" "$work/answers.tsv"
python
cluster
for n in $notes; do peers "$n"; done
ours_alone
go run ./bench/report "$work" >bench/RESULTS.md
cat bench/RESULTS.md
