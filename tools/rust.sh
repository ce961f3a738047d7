#!/usr/bin/env bash
# Says whether the Rust toolchain will do. It is the one thing that Debian's packages do not give.
set -euo pipefail

manifest="$(dirname "$0")/../Cargo.toml"
least=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$manifest")

if ! command -v cargo >/dev/null; then
  echo "set-up: no cargo found. Please install Rust $least or newer with rustup, then call make again." >&2
  exit 1
fi
found=$(cargo --version | cut -d ' ' -f 2)
if [ "$(printf '%s\n' "$least" "$found" | sort -V | head -n 1)" != "$least" ]; then
  echo "set-up: Rust $least or newer is needed, cargo is $found. With rustup: rustup update stable" >&2
  exit 1
fi
