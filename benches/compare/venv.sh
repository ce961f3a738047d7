#!/usr/bin/env bash
# Peers from PyPI in a folder of their own: benches/compare/venv.sh FOLDER. What is there already is not done again.
# A peer that cannot be installed is named in the table; the comparison goes on without it.
set -euo pipefail

folder=$1
wanted=(tipg==1.6.1 uvicorn==0.54.0 pygeoapi==0.21.0 gunicorn==27.0.1 psycopg2-binary geoalchemy2)

[ -x "$folder/bin/pip" ] || python3 -m venv "$folder"
if [ "$(cat "$folder/installed" 2>/dev/null)" != "${wanted[*]}" ]; then
  # One by one: they need not fit together, and one that fails must not take the others along.
  failed=0
  for package in "${wanted[@]}"; do
    "$folder/bin/pip" install -q "$package" || failed=1
  done
  [ "$failed" = 1 ] || echo "${wanted[*]}" >"$folder/installed"
fi
