#!/usr/bin/env bash
# Installs what a target needs on a Debian 12 machine: tools/setup.sh build|test|compare.
# Asks dpkg first, so a repeated call costs a few milliseconds and needs no rights.
set -euo pipefail

# PROJ is compiled from source: a C++ compiler, cmake, and sqlite3 to build its database.
build=(ca-certificates g++ make cmake pkg-config sqlite3)
# Both stores, the clients that read them, the browser, and what reads a PDF as a screen reader does.
test=(curl postgresql-15 postgresql-15-postgis-3 gdal-bin sqlite3 chromium fonts-liberation poppler-utils
  # schemathesis, and the suites of the OGC
  python3-venv openjdk-17-jre-headless maven)

# The peers; those from PyPI go into a folder of their own (benches/compare/venv.sh).
compare=(postgresql-15 postgresql-15-postgis-3 gdal-bin nginx cgi-mapserver spawn-fcgi python3 python3-venv)

case "${1:-}" in
  build) wanted=("${build[@]}") ;;
  test) wanted=("${build[@]}" "${test[@]}") ;;
  compare) wanted=("${build[@]}" "${compare[@]}") ;;
  *) echo "usage: tools/setup.sh build|test|compare" >&2; exit 2 ;;
esac

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else echo "set-up: needs root or sudo to run: $*" >&2; exit 1
  fi
}

install() {
  echo "set-up: installing $*"
  as_root apt-get -q update
  # RUNLEVEL=1: servers are installed, not started.
  as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -q install -y --no-install-recommends "$@"
}

if ! command -v dpkg-query >/dev/null; then
  echo "set-up: this is no Debian machine; please install yourself: ${wanted[*]}, and Node with npm" >&2
else
  missing=()
  for package in "${wanted[@]}"; do is_installed "$package" || missing+=("$package"); done
  # Any Node with npm is a start; tools/node.sh sees to a new enough one.
  command -v npm >/dev/null || missing+=(nodejs npm)
  [ ${#missing[@]} = 0 ] || install "${missing[@]}"
fi

"$(dirname "$0")/rust.sh"
"$(dirname "$0")/node.sh" node --version >/dev/null
