import Domain
import Foundation
import Meters

/// What the operating system says of this process; the names are those that other programs use for it.
struct ProcessMeters: MeterGroup {
    static let title = "Process"

    let startTime = Gauge(
        "process_start_time_seconds", "When the process began, in seconds since 1970.", unit: .seconds)
    let processorTime = Counter(
        "process_cpu_seconds_total", "Processor time that the process has used.", unit: .seconds)
    let residentMemory = Gauge(
        "process_resident_memory_bytes", "Memory that the process holds; missing where there is no /proc.", unit: .bytes
    )
    let openFiles = Gauge(
        "process_open_fds", "File descriptors that are open; missing where there is no /proc.")
    let maxFiles = Gauge("process_max_fds", "File descriptors that may be open.")

    var all: [any Meter] { [startTime, processorTime, residentMemory, openFiles, maxFiles] }

    /// `start` is when the process began.
    init(start: Timestamp) { startTime.set(Int(start.milliseconds) * 1_000_000) }

    /// Looks again.
    func refresh() {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        processorTime.set((usage.ru_utime.duration + usage.ru_stime.duration).meterNanoseconds)
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        maxFiles.set(Int(clamping: limit.rlim_cur))
        // Without /proc both are unknown. One descriptor is this look's own.
        let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        openFiles.set(files.map { $0.count - 1 })
        // The second figure is in pages: proc(5).
        let statm = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = statm.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }
        residentMemory.set(pages.map { $0 * sysconf(Int32(_SC_PAGESIZE)) })
    }
}

extension timeval {
    fileprivate var duration: Duration { .seconds(tv_sec) + .microseconds(tv_usec) }
}
