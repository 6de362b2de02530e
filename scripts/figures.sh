# Sourced by the scripts that measure: how a figure is printed, beside the figure that it should reach.
# shellcheck shell=bash

# figure NAME VALUE UNIT LIMIT: prints one line; LIMIT is `<=N`, `>=N` or `-`. A missed one is only marked: what else
# runs on the machine decides too.
figure() {
    awk -v name="$1" -v value="$2" -v unit="$3" -v limit="$4" 'BEGIN {
        bound = substr(limit, 3) + 0
        verdict = limit == "-" ? "" : (limit ~ /^<=/ ? value + 0 <= bound : value + 0 >= bound) ? "ok" : "MISSED"
        printf "%-52s %12s %-7s %-10s %s\n", name, value, unit, limit == "-" ? "" : limit, verdict }'
}

# expect NAME VALUE EXPECTED: ends with 1 where a count isn't what it must be.
expect() { [ "$2" = "$3" ] || fail "$1: $2, expected $3"; }
