#pragma once

#include <sqlite3.h>

/// Stops SQLite counting the memory it takes (SQLITE_CONFIG_MEMSTATUS of https://www.sqlite.org/c3ref/c_config_covering_index_scan.html).
/// Must come before the first connection; later it has no effect, and the answer isn't SQLITE_OK.
///
/// Swift can't call functions whose arguments vary in number.
static inline int csqlite_count_no_memory(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
