import Glibc
import Synchronization

/// A program that a test starts, by `posix_spawn`: many may be started at once from many threads.
public final class ChildProcess: Sendable {
    /// Its process id.
    public let id: Int32
    private let output: Int32
    /// One start at a time: a pipe is inherited by a child that starts before the pipe is marked close-on-exec.
    private static let starting = Mutex(())

    /// Starts `arguments[0]`, found by its path, with this environment alone. Its standard output is read by
    /// ``readLine()`` and ``readAll()``; its standard error is appended to the file `errors`.
    public init(_ arguments: [String], environment: [String: String], errors: String) throws {
        (id, output) = try Self.starting.withLock { _ in
            try Self.start(arguments, environment: environment, errors: errors)
        }
    }

    private static func start(
        _ arguments: [String], environment: [String: String], errors: String
    ) throws -> (id: Int32, output: Int32) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw SpawnFailure(reason: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        // As from a shell: the threads that tests run on may block signals, and a child inherits that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let program = arguments.first ?? ""
        let variables = environment.map { "\($0.key)=\($0.value)" }
        var child: pid_t = 0
        let result = Self.withPointers(arguments) { arguments in
            Self.withPointers(variables) { posix_spawn(&child, program, &actions, &attributes, arguments, $0) }
        }
        guard result == 0 else {
            close(ends[0])
            throw SpawnFailure(reason: result)
        }
        return (child, ends[0])
    }

    deinit { close(output) }

    /// The next line of its standard output, without its end; nil when it has closed it.
    public func readLine() -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(output, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    /// The rest of its standard output.
    public func readAll() -> String {
        var text: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(output, &block, block.count)
            if count <= 0 { return String(decoding: text, as: UTF8.self) }
            text += block[..<count]
        }
    }

    /// Sends a signal; once a process was waited for it must not be sent one any more.
    public func send(_ signal: Int32) { kill(id, signal) }

    /// Waits for its end: the exit status, or 128 and the signal that ended it.
    public func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(id, &status, 0) == -1 && errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    private static func withPointers<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}

/// Why a program couldn't be started.
public struct SpawnFailure: Error, CustomStringConvertible {
    let reason: Int32

    public var description: String { "not started: \(String(cString: strerror(reason)))" }
}
