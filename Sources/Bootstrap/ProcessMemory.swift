import Glibc

/// How the C library deals with the process's memory.
enum ProcessMemory {
    /// The largest block that is put on a heap, and half of what may lie free at a heap's end.
    private static let keptBytes = 1 << 20

    /// Lets the heaps keep what a usual answer takes. By default glibc gives 128 KiB that are free at a heap's end back to the
    /// system and takes them again for the next answer, and each time all threads have to be told.
    ///
    /// It raises these limits by itself as soon as a larger block is freed (mallopt(3), M_MMAP_THRESHOLD); so does it
    /// here, without fixing them.
    static func keepFreed() {
        let block = UnsafeMutableRawPointer.allocate(byteCount: keptBytes, alignment: 16)
        defer { block.deallocate() }
        // What the kernel is told of can't be optimised away.
        _ = madvise(block, 0, MADV_NORMAL)
    }
}
