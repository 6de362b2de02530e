#pragma once

#include <sqlite3.h>

/// Stops SQLite counting the memory it takes (SQLITE_CONFIG_MEMSTATUS of https://www.sqlite.org/c3ref/c_config_covering_index_scan.html).
/// Must come before the first connection; later it has no effect, and the answer isn't SQLITE_OK.
///
/// Swift can't call functions whose arguments vary in number.
static inline int csqlite_count_no_memory(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

/// The errno of the last call on the database's write-ahead log that the operating system refused, 0 where there was none
/// (SQLITE_FCNTL_LAST_ERRNO of https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html). `sqlite3_system_errno` gives what
/// the calls that came after it left.
static inline int csqlite_log_errno(sqlite3 *database) {
    sqlite3_file *log = 0;
    int number = 0;
    if (sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK) return 0;
    // A journal in memory has methods, and not this one.
    if (!log || !log->pMethods || !log->pMethods->xFileControl) return 0;
    if (log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &number) != SQLITE_OK) return 0;
    return number;
}
