#!/usr/bin/env bash
# A throw-away PostgreSQL with PostGIS in template1, on a free port of its own.
#
#   tests/postgres.sh start DIR     makes or restarts the cluster in DIR, prints its postgres:// URL
#   tests/postgres.sh stop DIR      stops it at once; the data stay (a database that is gone for a while)
#   tests/postgres.sh remove DIR    stops it and removes DIR
#   tests/postgres.sh run COMMAND…  starts one, runs the command with BAULOTSE_TEST_PG, removes it again
#
# DIR must not lie in a folder that only root may enter: PostgreSQL does not run as root.
set -euo pipefail

bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
[ -x "$bin/initdb" ] || { echo "postgres.sh: no PostgreSQL found; tools/setup.sh test installs it" >&2; exit 1; }

as_postgres() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

create() {
  mkdir "$1"
  [ "$(id -u)" != 0 ] || chown postgres: "$1"
  as_postgres "$bin/initdb" -D "$1/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  # Nothing here needs to survive a power cut; a commit must survive `stop` all the same.
  as_postgres tee -a "$1/data/postgresql.conf" >/dev/null <<'CONF'
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
full_page_writes = off
max_connections = 200
CONF
}

# pg_ctl would hand the server our standard output, and a caller that reads it would wait for ever.
launch() {
  as_postgres "$bin/pg_ctl" -D "$1/data" -o "-p $2" -l "$1/log" -w -t 60 start >/dev/null 2>&1
}

start() {
  local dir=$1 port attempt
  if [ -f "$dir/port" ]; then
    port=$(<"$dir/port")
    launch "$dir" "$port" || { tail -n 20 "$dir/log" >&2; exit 1; }
  else
    create "$dir"
    for attempt in $(seq 1 20); do
      # Below the range from which the system hands out ports by itself.
      port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
      is_free "$port" && launch "$dir" "$port" && break
      [ "$attempt" != 20 ] || { echo "postgres.sh: could not start" >&2; tail -n 20 "$dir/log" >&2; exit 1; }
    done
    echo "$port" >"$dir/port"
    "$bin/psql" -qX "postgres://postgres@127.0.0.1:$port/template1" -c 'CREATE EXTENSION postgis'
  fi
  echo "postgres://postgres@127.0.0.1:$port/postgres"
}

stop() { as_postgres "$bin/pg_ctl" -D "$1/data" -m immediate -w stop >/dev/null 2>&1 || true; }

remove() { stop "$1"; rm -rf "$1"; }

case "${1:-}" in
  start | stop | remove)
    [ $# = 2 ] || { echo "usage: tests/postgres.sh $1 DIR" >&2; exit 2; }
    "$1" "$2"
    ;;
  run)
    shift
    dir=$(mktemp -u "${TMPDIR:-/tmp}/baulotse-postgres.XXXXXXXX")
    trap 'remove "$dir"' EXIT
    trap 'exit 130' INT TERM
    BAULOTSE_TEST_PG=$(start "$dir")
    export BAULOTSE_TEST_PG
    "$@"
    ;;
  *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
