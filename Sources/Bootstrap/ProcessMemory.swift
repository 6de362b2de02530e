import CMalloc

/// How the C library deals with the process's memory (mallopt(3)).
enum ProcessMemory {
    /// Larger blocks, such as those of a batch, come from the system and go back to it: kept on a heap, one that is freed
    /// below one that isn't stays the process's for ever.
    private static let largestKept: Int32 = 4 << 20
    /// What may lie free at a heap's end: more than a usual answer takes, for which glibc's 128 KiB would be given back and
    /// taken again each time, and all threads told.
    private static let mostKept: Int32 = 8 << 20
    /// Heaps that threads share. By default each of the first eight a core gets its own, and keeps what it ever needed.
    private static let heaps: Int32 = 2

    /// Keeps the memory small whatever has been read, and answers fast.
    static func bound() {
        // Each answers 0 where it knows no such parameter: then it is as it was.
        _ = mallopt(M_MMAP_THRESHOLD, largestKept)
        _ = mallopt(M_TRIM_THRESHOLD, mostKept)
        _ = mallopt(M_ARENA_MAX, heaps)
    }
}
