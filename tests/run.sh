#!/usr/bin/env bash
# Every test, one step after the other; a step that fails does not keep the next ones from being run.
# Called by `make test`, which has done the set-up.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
: "${CARGO_TARGET_DIR:?is set by make}"
export NO_COLOR=1

binary="$CARGO_TARGET_DIR/release/baulotse"
export SCREENSHOTS="${SCREENSHOTS:-$CARGO_TARGET_DIR/screenshots}"
work=$(mktemp -d)
log="$work/log"
report=()
failed_steps=0
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# A step that ends with 77 says that it could not be run here: told in the summary, and no failure.
step() {
  local name=$1 begun=$SECONDS verdict=ok status
  shift
  printf '\n== %s\n' "$name"
  "$@" 2>&1 | tee -a "$log"
  status=${PIPESTATUS[0]}
  case "$status" in
    0) ;;
    77) verdict="NOT RUN" ;;
    *) verdict=FAILED; failed_steps=$((failed_steps + 1)) ;;
  esac
  report+=("$(printf '%-7s %5d s  %s' "$verdict" $((SECONDS - begun)) "$name")")
  [ "$verdict" = ok ]
}

# Waits until a process has said where it listens: address PID FILE WORDS.
address() {
  for _ in $(seq 1 600); do
    if grep -q "^$3 " "$2" || ! kill -0 "$1" 2>/dev/null; then break; fi
    sleep 0.1
  done
  sed -n "s/^$3 //p" "$2"
}

# The demo on a port of its own, for the browser, with base maps from a publisher on loopback; a server that logs an
# error has failed too.
browser() (
  tools/node.sh node web-map/e2e/publisher.js "$work/sources.json" >"$work/published" &
  publisher=$!
  trap 'kill "$publisher" 2>/dev/null' EXIT
  published=$(address "$publisher" "$work/published" "publishing on")
  env --chdir="$work" BAULOTSE_ENQUIRIES_PER_CLIENT=0 "$binary" demo --listen 127.0.0.1:0 --store "$work/demo.gpkg" \
    --base-maps "$work/maps" --base-maps-sources "$work/sources.json" >"$work/out" 2>"$work/server.log" &
  server=$!
  trap 'kill "$server" "$publisher" 2>/dev/null' EXIT
  url=$(address "$server" "$work/out" "listening on")
  [ -n "$url" ] || { echo "the demo did not start:"; cat "$work/server.log"; return 1; }
  # Only Leisnig lets that site show its list; the other municipality of the demo does not.
  "$binary" municipality set --store "$work/demo.gpkg" 14522310 "embed_origins=$published" || return 1
  mkdir -p "$SCREENSHOTS"
  BAULOTSE_URL="$url" PUBLISHER_URL="$published" tools/node.sh npm --prefix web-map run e2e || return 1
  kill "$server"
  wait "$server" || { echo "the demo did not end in order:"; tail "$work/server.log"; return 1; }
  ! grep -E '(^| |")ERROR( |")' "$work/server.log"
)

# Adds up the closing lines of cargo test and vitest.
count() {
  awk '
    /^test result:/ { passed += $4; failed += $6 }
    /^ +Tests +/ { for (i = 2; i < NF; i++) { if ($(i + 1) ~ /^passed/) passed += $i; if ($(i + 1) ~ /^failed/) failed += $i } }
    END { printf "%d passed, %d failed\n", passed, failed }
  ' "$log"
}

touch "$log"
step "format, lints, documentation, web map" make --no-print-directory lint
if step "build" make --no-print-directory build; then
  step "crates and flows, both stores" tests/postgres.sh run cargo test --release --locked --workspace --no-fail-fast
  step "OpenAPI document, schemathesis" tests/schemathesis.sh
  step "suites of the OGC (CITE)" tests/cite.sh
  step "browser" browser
fi

printf '\n== summary\n'
printf '%s\n' "${report[@]}"
count
[ "$failed_steps" = 0 ]
