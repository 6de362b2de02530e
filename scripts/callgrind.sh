# Sourced by scripts that count instructions: runs benchmarks under callgrind and tells what one item costs, by function.
#
# The set-up of a benchmark is the same however many passes there are, so the difference between a run of one pass and
# one of four is three passes and nothing else. The caller has sourced server.sh and set `place`, a folder below .build.
# shellcheck shell=bash

benchmarks=$root/.build/release/Benchmarks
counted_passes=3

build_benchmarks() { (cd "$root" && swift build -c release --product Benchmarks) || fail "the build failed"; }

# The program without its debug information, which Debian's valgrind can't read.
strip_benchmarks() {
    mkdir -p "$place"
    objcopy --strip-debug "$benchmarks" "$place/Benchmarks" || fail "objcopy failed"
}

# count NAME: leaves callgrind's two files of a benchmark in $place and sets $items, what one pass works through. Each run
# has its own files and, where the caller started PostgreSQL, its own database.
count() {
    local passes
    for passes in 1 $((counted_passes + 1)); do
        rm -rf "$place/files"
        mkdir -p "$place/files"
        [ -z "${postgres_port:-}" ] || psql -q -h 127.0.0.1 -p "$postgres_port" -U postgres \
            -c 'DROP DATABASE bench' -c 'CREATE DATABASE bench' postgres
        # Swift seeds its hashes by chance otherwise.
        SWIFT_DETERMINISTIC_HASHING=1 BENCH_FOLDER=$place/files BENCH_PASSES=$passes \
            valgrind --tool=callgrind --callgrind-out-file="$place/$1.$passes" "$place/Benchmarks" "$1" \
            >"$place/$1.out" 2>"$place/$1.log" || fail "$1 failed: $(tail -n 3 "$place/$1.out" "$place/$1.log")"
    done
    items=$(awk -v name="$1" '$1 == name { print $2 }' "$place/$1.out")
    [ -n "$items" ] || fail "$1 printed no figures"
}

# by_function FILE [OPTION]: a line `instructions TAB function` for each function, and PROGRAM TOTALS.
by_function() {
    callgrind_annotate --auto=no --threshold=100 "${@:2}" "$1" |
        sed -nE 's/^ *([0-9,]+) \([ 0-9.]+%\)  (.*[^ ])/\1\t\2/p' | tr -d ,
}

# per_item NAME [OPTION]: the same for one item of a benchmark that was counted, the most expensive function first;
# --inclusive=yes counts what a function calls with it.
per_item() {
    awk -F '\t' -v items=$((items * counted_passes)) '
        NR == FNR { before[$2] += $1; next }
        { after[$2] += $1 }
        END { for (name in after) printf "%.1f\t%s\n", (after[name] - before[name]) / items, name }
    ' <(by_function "$place/$1.1" "${@:2}") <(by_function "$place/$1.$((counted_passes + 1))" "${@:2}") | sort -rn
}

# The instructions of one item without those of SHA-256's inner loop: the processor has instructions for it and valgrind
# hasn't, so that it would be over half of all that is counted.
instructions() {
    per_item "$1" | awk -F '\t' '
        $2 == "PROGRAM TOTALS" { all = $1 }
        $2 ~ /sha256_block_data_order_/ { hash += $1 }
        END { printf "%.0f\n", all - hash }'
}
