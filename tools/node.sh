#!/usr/bin/env bash
# Runs a command with a Node that is new enough: tools/node.sh npm ci.
# The machine's own if it will do, else one from the package registry, kept in a cache (Debian 12 has 18).
set -euo pipefail

least=20.19
wanted=22
cache="${XDG_CACHE_HOME:-$HOME/.cache}/baulotse/node-$wanted"

is_new_enough() {
  local found
  found=$("$1" --version 2>/dev/null) || return 1
  [ "$(printf '%s\n' "$least" "${found#v}" | sort -V | head -n 1)" = "$least" ]
}

install() {
  local arch
  case "$(uname -m)" in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
    *) echo "set-up: no Node package for $(uname -m); please install Node $least or newer" >&2; exit 1 ;;
  esac
  echo "set-up: installing Node $wanted into $cache" >&2
  mkdir -p "$(dirname "$cache")"
  part=$(mktemp -d "$cache.XXXXXX")
  trap 'rm -rf "$part"' EXIT
  # npm too: Debian's own finds its parts only through Debian's Node.
  npm install --prefix "$part" --no-audit --no-fund --loglevel=error "node-linux-$arch@$wanted" npm@10 >&2
  # In place only when complete; whoever came second leaves the first in place.
  mv -T "$part" "$cache" 2>/dev/null || true
}

if ! is_new_enough node; then
  [ -x "$cache/node_modules/.bin/node" ] || install
  PATH="$cache/node_modules/.bin:$PATH"
  export PATH
  is_new_enough node || { echo "set-up: Node $least or newer is needed, found $(node --version)" >&2; exit 1; }
fi
exec "$@"
