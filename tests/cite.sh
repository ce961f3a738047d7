#!/usr/bin/env bash
# The OGC's own test suites against the built binary: tests/cite.sh [features] [tiles]
#
# Ends with 0 if every suite passed, 1 if one failed, and 77 if a suite is not to be had here (then it says so and
# nothing was shown).
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
: "${CARGO_TARGET_DIR:?is set by make}"

binary="$CARGO_TARGET_DIR/release/baulotse"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/baulotse/cite"
fetcher=org.apache.maven.plugins:maven-dependency-plugin:3.6.1
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# A suite with everything it needs in one jar, from Maven Central, kept outside the clone.
fetch() {
  local artifact=$1 version=$2
  local jar="$cache/$artifact-$version-aio.jar"
  if [ ! -s "$jar" ]; then
    mkdir -p "$cache"
    timeout 300 mvn -q -B -U "$fetcher:copy" -Dartifact="org.opengis.cite:$artifact:$version:jar:aio" \
      -DoutputDirectory="$cache" >"$work/mvn.log" 2>&1 || true
  fi
  if [ ! -s "$jar" ]; then
    echo "$artifact $version: NOT RUN, it is not to be had from Maven Central here:" >&2
    grep -m1 -oE '(Could not (find|transfer) artifact|was not found in).{0,120}' "$work/mvn.log" >&2 || tail -n 3 "$work/mvn.log" >&2
    return 77
  fi
  echo "$jar"
}

# A store with collections of every kind: typed ones in UTM, one of them empty, an empty layer, one without geometry,
# one of more than 10,000 features.
make_store() {
  local store="$work/cite.gpkg"
  local layer=(--store "$store" --as layer --visibility public)
  echo '{"type":"FeatureCollection","features":[]}' >"$work/empty.geojson"
  printf 'name,kind\nBauamt,a\nKämmerei,b\n' >"$work/offices.csv"
  awk 'BEGIN {
    printf "{\"type\":\"FeatureCollection\",\"features\":["
    for (i = 0; i < 10500; i++)
      printf "%s{\"type\":\"Feature\",\"id\":\"%d\",\"properties\":{\"number\":%d,\"planted\":\"20%02d-01-01\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[%.6f,%.6f]}}",
        (i ? "," : ""), i, i, i % 26, 8.4 + (i % 105) * 0.002, 53.85 + int(i / 105) * 0.001
    print "]}"
  }' >"$work/trees.geojson"
  "$binary" import data/samples/neuwerk_nas.xml.gz --store "$store" --store-crs EPSG:25833 &&
    "$binary" import "$work/empty.geojson" --name empty "${layer[@]}" &&
    "$binary" import "$work/offices.csv" --name offices "${layer[@]}" &&
    "$binary" import "$work/trees.geojson" --name trees "${layer[@]}"
}

serve() {
  "$binary" serve --store "$work/cite.gpkg" --listen 127.0.0.1:0 >"$work/out" 2>"$work/server.log" &
  server=$!
  for _ in $(seq 1 300); do
    url=$(sed -n 's/^listening on //p' "$work/out")
    if [ -n "$url" ] || ! kill -0 "$server" 2>/dev/null; then break; fi
    sleep 0.1
  done
  [ -n "$url" ] || { echo "the server did not start:"; cat "$work/server.log"; return 1; }
}

# Without a DOCTYPE: the suites would ask the network for it.
properties() {
  echo '<?xml version="1.0" encoding="UTF-8"?>'
  echo '<properties version="1.0">'
  while [ $# -gt 0 ]; do echo "  <entry key=\"$1\">$2</entry>"; shift 2; done
  echo '</properties>'
}

run() {
  local name=$1 jar=$2 log="$work/$1.log"
  shift 2
  properties "$@" >"$work/$name.xml"
  mkdir -p "$work/$name"
  timeout 900 java -jar "$jar" -o "$work/$name" -h true "$work/$name.xml" >"$log" 2>&1
  local results
  results=$(find "$work/$name" -name testng-results.xml | head -n 1)
  [ -n "$results" ] || { echo "$name: the suite wrote no results:"; tail -n 20 "$log"; return 1; }
  python3 tests/cite.py "$results" "tests/cite/$name.txt"
}

features() {
  local jar
  jar=$(fetch ets-ogcapi-features10 1.9) || return $?
  run features "$jar" iut "$url/ogc" noofcollections -1
}

tiles() {
  local jar
  jar=$(fetch ets-ogcapi-tiles10 1.2) || return $?
  # Neuwerk lies in tile 10/523/330 of the web's quad.
  run tiles "$jar" iut "$url/ogc" \
    tilematrixsetdefinitionuri http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad \
    urltemplatefortiles "$url/ogc/collections/trees/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}" \
    tilematrix 10 mintilerow 330 maxtilerow 330 mintilecol 535 maxtilecol 536
}

[ $# -gt 0 ] || set -- features tiles
make_store >/dev/null 2>"$work/import.log" || { echo "the store could not be made:"; cat "$work/import.log"; exit 1; }
serve || exit 1
worst=0
for suite in "$@"; do
  "$suite"
  status=$?
  case "$status" in
    0) ;;
    77) [ "$worst" != 0 ] || worst=77 ;;
    *) worst=1 ;;
  esac
done
exit "$worst"
