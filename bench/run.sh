#!/usr/bin/env bash
# Measures Changrong beside its peers on one input, checks that the answers are
# equal, and prints what came out. See bench/README.md.
#
#   NOTES="100000 1000000"  sizes for the comparison with peers
#   FULL=1                  also 10,000,000 notes with 13 month ends each
#   PLATFORM=1              the platform under load instead, with NOTES=100000 notes
#   LENDING=1               loans in one scan instead, on SQLite and PostgreSQL
#   RATING=1                scorecards instead, beside optbinning and scorecardpy
#   SBA=FILE                with RATING: the SBA sample too (see bench/README.md)
#   RUNS=3                  runs of each; the median is told
#   THREADS=n               of everybody; as many as there are processors
#   KEEP=1                  use the inputs of the last run again
#   QUIET=0.5               before each run wait, 10 minutes at most, until others keep
#                           no more than so many processors busy
#   RECORD=1                put what came out into bench/RESULTS.md and README.md
#   BENCH_DIR=out/bench     where inputs and outputs go (FULL needs 6 GB)
set -euo pipefail
cd "$(dirname "$0")/.."

readonly notes=${NOTES:-100000 1000000} runs=${RUNS:-3} work=${BENCH_DIR:-out/bench}
readonly pack=packs/linhai-2021-47 program=$PWD/bin/changrong
THREADS=${THREADS:-$(nproc)}
export THREADS GOMAXPROCS=$THREADS POLARS_MAX_THREADS=$THREADS OMP_NUM_THREADS=$THREADS PYTHONDONTWRITEBYTECODE=1
mkdir -p "$work"
readonly python=$work/venv/bin/python

say() { printf 'bench: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

peers_of_python() {
  [ -x "$python" ] || python3 -m venv "$work/venv" || die "python3-venv is missing: apt-get install python3-venv"
  "$python" -m pip install --quiet --disable-pip-version-check -r bench/peers/requirements.txt
}

# cluster starts a PostgreSQL of its own, on a socket in a folder of its own.
cluster() {
  local bin as=()
  bin=$(dirname "$(command -v initdb || ls /usr/lib/postgresql/*/bin/initdb | tail -n 1)")
  home=$(mktemp -d /tmp/bench-pg-XXXXXX)
  if [ "$(id -u)" -eq 0 ]; then # the server will not run as root
    chown postgres "$home"
    as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
  fi
  server() { (cd "$home" && "${as[@]}" "$bin/$1" -D "$home/data" "${@:2}" >/dev/null); }
  trap 'server pg_ctl -m immediate stop 2>/dev/null || true; rm -rf "$home"' EXIT
  server initdb -U bench -A trust --no-sync -E UTF8 --locale=C
  server pg_ctl -w -l "$home/log" -o "-c listen_addresses='' -k $home -c fsync=off -c shared_buffers=1GB -c max_wal_size=8GB" start
  export PGHOST=$home PGUSER=bench PGDATABASE=bench
}

# ticks prints how long all processors have been busy, in the kernel's ticks.
ticks() { awk '/^cpu /{print $2+$3+$4+$7+$8+$9; exit}' /proc/stat; }

# quiet waits for a quiet machine, if that was asked for.
quiet() {
  local i before
  [ -n "${QUIET:-}" ] || return 0
  for ((i = 0; i < 150; i++)); do
    before=$(ticks)
    sleep 4
    ! awk -v b="$(($(ticks) - before))" -v hz="$(getconf CLK_TCK)" -v most="$QUIET" 'BEGIN{exit b / hz / 4 > most}' || return 0
  done
}

# measure NAME INPUT ROWS COMMAND…: appends a line to results.tsv for each run: what
# it took, how many processors others kept busy meanwhile, and what it said of its
# stages. The functions that $before names make room for every run. What fails
# stays in the table.
measure() {
  local name=$1 input=$2 rows=$3 i status busy load
  shift 3
  for ((i = 0; i < runs; i++)); do
    ${before:-true}
    quiet
    load=$(cut -d ' ' -f 1 /proc/loadavg) busy=$(ticks) status=0
    /usr/bin/time -f '%e\t%U\t%S\t%M' -o "$work/time" "$@" >"$work/last.out" 2>"$work/last.err" || status=$?
    busy=$(($(ticks) - busy))
    [ "$status" -eq 0 ] || tail -n 5 "$work/last.err" >&2
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$name" "$input" "$rows" "$status" "$(tail -n 1 "$work/time")" \
      "$(awk -v b="$busy" -v hz="$(getconf CLK_TCK)" 'BEGIN{printf "%.2f", b / hz}')" "$load" \
      "$(grep -ahE '^(stages: |读取 )' "$work/last.out" "$work/last.err" | tail -n 1)" >>"$work/results.tsv"
    [ "$status" -eq 0 ] || { say "$name on $input failed"; return 0; }
  done
  say "$name on $input: $(tail -n 1 "$work/results.tsv" | cut -f 5,8,11 | tr '\t' ' ') (s, KB)"
}

# answers NAME INPUT TOTALS OURS: adds to answers.tsv how the four items of a peer
# compare with ours.
answers() {
  printf '%s\t%s\t%s\n' "$1" "$2" "$("$python" bench/peers/compare.py "$3" "$4")" | tee -a "$work/answers.tsv" >&2
}

# clear removes what the run before made.
clear() { rm -rf "$made"; }

# city FOLDER OPTION…: an invented city, with what it says of itself beside it.
city() {
  local out=$work/$1
  shift
  [ -z "${KEEP:-}" ] || [ ! -f "$out.txt" ] || return 0
  rm -rf "$out" "$out.txt"
  say "making $out"
  "$program" city --seed 7 --out "$out" "$@" >"$out.part" 2>&1
  mv "$out.part" "$out.txt"
}

# rows FOLDER: how many rows of facts a city has.
rows() { awk '$3 == "行"{n += $2} END{print n}' "$work/$1.txt"; }

# settle NAME INPUT FACTS BUNDLE: ours, to the whole bundle.
settle() {
  made=$work/$4
  before=clear measure "$1" "$2" "$(rows "$3")" "$program" settle --pack "$pack" --facts "$work/$3" --out "$made"
}

# peer NAME INPUT FACTS BUNDLE SCRIPT [ARGUMENT]: the four items by somebody else.
peer() {
  local totals=$work/totals.csv
  rm -f "$totals"
  measure "$1" "$2" "$(rows "$3")" "$python" "bench/peers/$5" "$work/$3" "$totals" "${@:6}"
  [ ! -f "$totals" ] || answers "$1" "$2" "$totals" "$work/$4/totals.csv"
}

# beside N: us and everybody else on a city of N notes.
beside() {
  local input="$1 notes" facts=facts-$1 bundle=bundle-$1
  city "$facts" --notes "$1"
  settle changrong "$input" "$facts" "$bundle"
  peer DuckDB "$input" "$facts" "$bundle" run_duckdb.py
  peer 'DuckDB, tables held' "$input" "$facts" "$bundle" run_duckdb.py held
  peer polars "$input" "$facts" "$bundle" run_polars.py
  peer OpenFisca "$input" "$facts" "$bundle" run_openfisca.py
  fresh_database() { dropdb --if-exists bench 2>/dev/null && createdb bench; }
  before=fresh_database peer PostgreSQL "$input" "$facts" "$bundle" run_postgres.py
  dropdb --if-exists bench
  rerun "$input" "$facts" "$bundle"
}

# rerun INPUT FACTS BUNDLE: the auditor's way, with the SQL of the bundle itself;
# all its lists must be the same bytes.
rerun() {
  local lists=$work/rerun differ=''
  rm -rf "$lists"
  measure "the bundle's SQL in DuckDB" "$1" "$(rows "$2")" "$python" bench/peers/run_bundle.py "$work/$3" "$lists"
  for list in totals lines set_aside excluded gates pools indicators; do
    cmp -s "$lists/$list.csv" "$work/$3/$list.csv" || differ+=" $list.csv"
  done
  printf '%s\t%s\t%s\n' "the bundle's SQL in DuckDB" "$1" \
    "$([ -z "$differ" ] && echo "all seven lists, $(wc -l <"$work/$3/lines.csv") lines of lines.csv among them, are the same bytes" || echo "differ:$differ")" |
    tee -a "$work/answers.tsv" >&2
}

# alone: what only we do, and what was promised for it.
alone() {
  city facts-csv --notes 100000 --format csv
  settle 'changrong, from CSV' '100000 notes' facts-csv bundle-csv
  if [ -z "${KEEP:-}" ] || [ ! -f "$work/message/institutions.csv" ]; then
    rm -rf "$work/message"
    say "making $work/message"
    go run ./bench/million -out "$work/message"
  fi
  made=$work/imported
  before=clear measure 'changrong import' 'a CLDWDK message of 1000000 lines' "$(cat "$work"/message/*.dat "$work"/message/*.csv | wc -l)" \
    "$program" import --in "$work/message" --out "$made"
  measure 'changrong import --check' 'a CLDWDK message of 1000000 lines' "$(cat "$work"/message/*.dat "$work"/message/*.csv | wc -l)" \
    "$program" import --in "$work/message" --check
}

# full: the province on one machine.
full() {
  local input='10000000 notes × 13 month ends'
  city facts-full --notes 10000000 --every-month --without loan_events
  settle changrong "$input" facts-full bundle-full
  peer DuckDB "$input" facts-full bundle-full run_duckdb.py
  peer polars "$input" facts-full bundle-full run_polars.py
  peer OpenFisca "$input" facts-full bundle-full run_openfisca.py
}

# machine says where this ran.
machine() {
  printf 'date\t%s\n' "$(date +%F)"
  printf 'processor\t%s, %s cores, %s threads used\n' "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$THREADS"
  printf 'memory\t%s MB\n' "$(free -m | awk '/^Mem:/{print $2}')"
  printf 'kernel\t%s\n' "$(uname -sr)"
  printf 'changrong\t%s, %s\n' "$(git describe --always --dirty --abbrev=12 2>/dev/null || echo unknown)" "$(go version bin/changrong | sed 's/.*: //')"
  printf 'PostgreSQL\t%s\n' "$(psql -d postgres -Atc 'SHOW server_version')"
  printf 'Python\t%s\n' "$("$python" -V | cut -d ' ' -f 2)"
  "$python" -m pip list --format=freeze 2>/dev/null | grep -iE '^(duckdb|polars|numpy|openfisca-core)==' | sed 's/==/\t/'
}

# platform: the platform as people use it, measured by a program of its own.
platform() {
  local tool
  tool=$(go tool -modfile=tools/go.mod -n vegeta)
  go build -o "$work/measure" ./bench/platform
  # shellcheck disable=SC2086 # each is an option or nothing
  exec "$work/measure" -program "$program" -vegeta "$tool" -dir "$work/platform" -notes "${NOTES:-100000}" -runs "$runs" \
    ${KEEP:+-keep} ${RECORD:+-record bench/README.md}
}

# lending: a loan in one scan, on both databases, measured by a program of its own.
lending() {
  go build -o "$work/lending-measure" ./bench/lending
  # shellcheck disable=SC2086 # an option or nothing
  exec "$work/lending-measure" -program "$program" -dir "$work/lending" -runs "$runs" ${RECORD:+-record bench/README.md}
}

# rating: scorecards beside others, measured by a program of its own.
rating() {
  local venv=$work/rating-venv samples=(internal/rating/train/testdata/german_credit.csv:creditability:bad)
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv" || die "python3-venv is missing: apt-get install python3-venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r bench/rating/requirements.txt
  [ -z "${SBA:-}" ] || samples+=("$SBA:Default:1:Selected,LoanNr_ChkDgt,Name,City,State,Zip,Bank,BankState,ApprovalDate,ApprovalFY,DisbursementDate,Term,ChgOffDate,BalanceGross,MIS_Status,ChgOffPrinGr,daysterm,xx")
  # shellcheck disable=SC2086 # an option or nothing
  exec go run ./bench/rating --python "$venv/bin/python" ${RECORD:+--record bench/README.md} "${samples[@]}"
}

[ -x "$program" ] || die "no bin/changrong: run make build"
[ -z "${PLATFORM:-}" ] || platform
[ -z "${LENDING:-}" ] || lending
[ -z "${RATING:-}" ] || rating
rm -f "$work/results.tsv" "$work/answers.tsv"
peers_of_python
cluster
machine >"$work/machine.tsv"
for n in $notes; do beside "$n"; done
alone
[ -z "${FULL:-}" ] || full
"$python" bench/report.py "$work" | tee "$work/RESULTS.md"
if [ -n "${RECORD:-}" ]; then
  cp "$work/RESULTS.md" bench/RESULTS.md
  "$python" bench/report.py "$work" bench/README.md
fi
