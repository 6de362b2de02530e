# Sourced by the other scripts: a PostgreSQL server of the script's own, on a spare port of 127.0.0.1, gone with the script.
#
# After start_postgres: $postgres_port, and `sql` runs statements in the database `bench` as the superuser, which needs no
# password. `postgres_fsync=on` before it makes commits durable; `postgres_settings` may hold more options. The caller stops it
# with stop_postgres in its trap.
# shellcheck shell=bash

postgres_place=
postgres_port=

as_postgres() {
    if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi
}

start_postgres() {
    local programs tries
    programs=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1)
    [ -n "$programs" ] || fail "PostgreSQL isn't installed"
    postgres_place=$(mktemp -d)
    chmod 755 "$postgres_place"
    [ "$(id -u)" != 0 ] || chown postgres "$postgres_place"
    as_postgres "$programs/initdb" --no-sync -D "$postgres_place/data" -U postgres -A trust -E UTF8 \
        --locale=C.UTF-8 >/dev/null || fail "initdb failed"
    for ((tries = 0; tries < 20; tries++)); do
        postgres_port=$((10240 + RANDOM % 20000))
        ! as_postgres "$programs/pg_ctl" -D "$postgres_place/data" -l "$postgres_place/data/log" -s -w start -o \
            "-p $postgres_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$postgres_place -c fsync=${postgres_fsync:-off} -c shared_buffers=256MB ${postgres_settings:-}" ||
            break
        postgres_port=
    done
    [ -n "$postgres_port" ] || fail "PostgreSQL didn't start: $(tail -n 3 "$postgres_place/data/log")"
    psql -q -h 127.0.0.1 -p "$postgres_port" -U postgres -c 'CREATE DATABASE bench' postgres
}

stop_postgres() {
    [ -n "$postgres_place" ] || return 0
    local pid
    pid=$(head -n 1 "$postgres_place/data/postmaster.pid" 2>/dev/null || true)
    [ -z "$pid" ] || kill -INT "$pid" 2>/dev/null || true
    while [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
    rm -rf "$postgres_place"
    postgres_place=
}

sql() { psql -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$postgres_port" -U postgres -c "$1" bench; }
