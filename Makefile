# One entry for people and for CI. Every target does its own set-up on a fresh Debian 12 machine with Rust;
# what is there already is not done again.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:

export CARGO_TARGET_DIR := $(abspath $(or $(CARGO_TARGET_DIR),target))
LISTEN ?= 127.0.0.1:8080

binary := $(CARGO_TARGET_DIR)/release/baulotse
# One profile for everything: PROJ is compiled from C++ once (docs/decisions/0001-one-profile.md).
cargo := --release --locked
npm := tools/node.sh npm --prefix web-map

web_modules := web-map/node_modules/.package-lock.json
web_map := web-map/dist/.vite/manifest.json
web_sources := $(shell find web-map data/texts -type f -not -path '*/node_modules/*' -not -path '*/dist/*' \
	-not -path '*/e2e/*' -not -path '*/test/*')

.PHONY: help build demo test check lint bench bench-viewer compare setup-build setup-test setup-compare
help:
	@echo "make demo    build, make the demo cadastre and serve it on http://$(LISTEN)"
	@echo "make test    every test: both stores, the built binary, the browser"
	@echo "make build   $(binary)"
	@echo "make check   the quick gate before a commit"
	@echo "make bench   benchmarks"
	@echo "make compare side by side with other servers; a quarter of an hour, one table (docs/performance.md)"
	@echo "make bench-viewer   the viewer in a real Chromium: frames, heap, Lighthouse (docs/viewer.md)"

setup-build:
	@tools/setup.sh build

setup-test:
	@tools/setup.sh test

setup-compare:
	@tools/setup.sh compare
	@benches/compare/venv.sh $(CARGO_TARGET_DIR)/compare/venv

$(web_modules): web-map/package.json web-map/package-lock.json | setup-build
	# Not "ci": it fails where a registry lacks the optional parts for other platforms. The lock file holds all the same.
	$(npm) install --no-save --no-audit --no-fund
	@touch $@

$(web_map): $(web_modules) $(web_sources)
	$(npm) run build
	@touch $@

build: setup-build $(web_map)
	cargo build $(cargo) -p baulotse

demo: build
	exec $(binary) demo --listen $(LISTEN)

lint: setup-build $(web_map)
	cargo fmt --all --check
	cargo clippy $(cargo) --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc $(cargo) --workspace --no-deps
	$(npm) run check
	$(npm) test

check: lint
	cargo test $(cargo) -p cadastre -p spatial -p formats
	cargo test $(cargo) -p tests --lib --test edges

test: setup-test $(web_map)
	tests/run.sh

bench: build
	cargo bench --locked -p benches

compare: setup-compare build
	cargo build $(cargo) -p benches
	benches/compare/compare.py

# Its own packages: Lighthouse brings two hundred that nothing else needs.
bench-viewer: setup-test build
	$(npm)/bench install --no-audit --no-fund
	BAULOTSE=$(binary) tools/node.sh node web-map/bench/bench.js
