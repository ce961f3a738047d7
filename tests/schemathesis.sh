#!/usr/bin/env bash
# schemathesis on the OpenAPI document of the built binary: bounded, the same requests every time.
# The tool lives in a virtual environment outside the clone.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
: "${CARGO_TARGET_DIR:?is set by make}"

version=4.32.5
tool="${XDG_CACHE_HOME:-$HOME/.cache}/baulotse/schemathesis-$version"
binary="$CARGO_TARGET_DIR/release/baulotse"
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

if [ ! -x "$tool/bin/schemathesis" ]; then
  python3 -m venv "$tool" && "$tool/bin/pip" install -q "schemathesis==$version" || { rm -rf "$tool"; exit 1; }
fi

store="$work/town.gpkg"
printf 'name,kind\nBauamt,a\nKämmerei,b\n' >"$work/offices.csv"
{ "$binary" import data/samples/neuwerk_nas.xml.gz --store "$store" --store-crs EPSG:25832 &&
  "$binary" import "$work/offices.csv" --store "$store" --as layer --name offices --visibility public; } \
  >/dev/null 2>"$work/import.log" || { cat "$work/import.log"; exit 1; }
"$binary" serve --store "$store" --listen 127.0.0.1:0 >"$work/out" 2>"$work/server.log" &
server=$!
for _ in $(seq 1 300); do
  url=$(sed -n 's/^listening on //p' "$work/out")
  if [ -n "$url" ] || ! kill -0 "$server" 2>/dev/null; then break; fi
  sleep 0.1
done
[ -n "$url" ] || { echo "the server did not start:"; cat "$work/server.log"; exit 1; }

# One path stands for all collections, so a parameter that fits the document may not fit the collection: that valid
# requests are accepted is shown by the tests of each collection instead. For the same reason a collection that cannot
# be edited answers 405 before it asks for a token, and allows fewer methods than the document names.
export SCHEMATHESIS_HOOKS=schemathesis_hooks PYTHONPATH="$PWD/tests"
cd "$work" || exit 1
"$tool/bin/schemathesis" run "$url/ogc/api" --url "$url/ogc" --seed 1 --max-examples 30 --workers 2 \
  --checks all --exclude-checks positive_data_acceptance,missing_required_header,allow_header_conformance \
  --continue-on-failure --generation-database none --no-color
status=$?
if grep -E '(^| |")ERROR( |")' "$work/server.log"; then
  echo "the server has logged an error"
  exit 1
fi
exit "$status"
