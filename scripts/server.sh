# Sourced by the other scripts: starts a server of the release binary on a folder of its own, and stops it.
#
# The caller sets `place` (a folder below .build) before start_server. After it: $server (pid), $TRIBUTARY_URL and
# $TRIBUTARY_TOKEN (exported; tenant $tenant, every scope), $files (that tenant's files folder), $ready_ms (start
# to ready).
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tributary=$root/.build/release/tributary
server=
database=
watch=()

heading() { printf '\n== %s\n' "$*"; }

# Ends with the tail of the server's log, if there is one.
fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    if [ -s "${place:-}/server.log" ]; then
        printf -- '-- the end of %s:\n' "$place/server.log" >&2
        tail -n 20 "$place/server.log" >&2
    fi
    exit 1
}

build_release() {
    (cd "$root" && swift build -c release --product tributary) || fail "the build failed"
}

# Whether process $1 is a server of this checkout.
is_server() {
    [ -n "${1:-}" ] && [ -r "/proc/$1/cmdline" ] &&
        tr '\0' ' ' <"/proc/$1/cmdline" | grep -qF -- "$tributary serve"
}

stop_server() {
    local pid=$1 tries
    is_server "$pid" || return 0
    kill "$pid" 2>/dev/null || return 0
    for ((tries = 0; tries < 200; tries++)); do
        is_server "$pid" || return 0
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
}

# Makes $place anew, stopping a server that an earlier call left running on it.
fresh_place() {
    if [ -f "$place/server.pid" ]; then stop_server "$(cat "$place/server.pid")"; fi
    rm -rf "$place"
    mkdir -p "$place/files/$tenant"
    files=$place/files/$tenant
}

# start_server [serve's options]: `watch` may hold a command to run it under. `database` may
# name another one than SQLite below $place.
start_server() {
    export TRIBUTARY_DATABASE_URL=${database:-sqlite:$place/data/tributary.db}
    export TRIBUTARY_FILES_ROOT=$place/files
    export TRIBUTARY_HTTP_HOST=127.0.0.1 TRIBUTARY_HTTP_PORT=0
    : >"$place/server.out"
    local tries from
    from=$(date +%s%3N)
    nohup "${watch[@]}" "$tributary" serve "$@" >"$place/server.out" 2>"$place/server.log" </dev/null &
    server=$!
    echo "$server" >"$place/server.pid"
    for ((tries = 0; tries < 3000; tries++)); do
        TRIBUTARY_URL=$(sed -n 's/^listening on \(http:.*\)$/\1/p' "$place/server.out")
        [ -z "$TRIBUTARY_URL" ] || break
        kill -0 "$server" 2>/dev/null || fail "the server ended before it was ready"
        sleep 0.01
    done
    ready_ms=$(($(date +%s%3N) - from))
    [ -n "$TRIBUTARY_URL" ] || fail "the server wasn't ready after 30 s"
    TRIBUTARY_TOKEN=$("$tributary" token --tenant "$tenant" --sub you --scope '*') || fail "no token"
    export TRIBUTARY_URL TRIBUTARY_TOKEN
}

# api PATH [curl's options]: the answer's body; fails on any status that isn't a success.
api() {
    local path=$1 answer status
    shift
    answer=$(curl -sS --max-time 120 -w '\n%{http_code}' -H "Authorization: Bearer $TRIBUTARY_TOKEN" \
        -H 'Content-Type: application/json' "$@" "$TRIBUTARY_URL/api/v1$path") || fail "$path: no answer"
    status=${answer##*$'\n'}
    answer=${answer%$'\n'*}
    case $status in
    2??) printf '%s\n' "$answer" ;;
    *) fail "$path: $status $answer" ;;
    esac
}

# One curl for many requests: starting a process each would be what is measured.
many() { sed '$d' | curl --no-progress-meter --parallel --parallel-max 16 -K - | jq -c .; }

# One request for `many`: path, and the body of a POST.
request() {
    printf 'url = "%s/api/v1%s"\nfail-with-body\nno-progress-meter\nmax-time = 120\nheader = "Authorization: Bearer %s"\n' "$TRIBUTARY_URL" "$1" "$TRIBUTARY_TOKEN"
    [ -z "${2:-}" ] || printf 'header = "Content-Type: application/json"\ndata = "%s"\n' "${2//\"/\\\"}"
    printf 'next\n'
}

# sync_source ID [body]: waits for the run's end and prints the run.
sync_source() {
    local run id
    run=$(api "/datasources/$1/sync?wait=60" -X POST -d "${2:-{\}}")
    id=$(jq -r .id <<<"$run")
    while [[ $(jq -r .status <<<"$run") == @(queued|running) ]]; do
        sleep 0.05
        run=$(api "/datasources/$1/runs/$id")
    done
    printf '%s\n' "$run"
}
