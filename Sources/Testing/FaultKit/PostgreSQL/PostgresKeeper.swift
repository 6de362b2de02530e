import Glibc
import Synchronization

/// The shell that starts a postmaster and outlives the test process.
///
/// It reads its orders from a socket whose other end only the test process has. That end closes when the test process
/// ends, however it ends (`kill -9` too): then the keeper stops the postmaster by its id and removes the folder.
final class PostgresKeeper: Sendable {
    /// Orders down, answers up, one line each.
    private let line: Int32
    private let id: Int32
    private let talk = Mutex(())

    /// `$0` is the folder, the rest is the command that becomes the postmaster. SIGQUIT is the postmaster's immediate
    /// shutdown; it ends its own children. A stopped postmaster must go on to see it. An initdb that was under way may
    /// still write into the folder for a moment.
    private static let script = """
        trap '' HUP INT TERM
        pid=
        while read -r order; do
            case $order in
            start) { exec "$@" >>"$0/log" 2>&1 </dev/null; } & pid=$!; echo "$pid" ;;
            reap) wait "$pid"; echo "$?"; pid= ;;
            esac
        done
        if [ -n "$pid" ]; then
            kill -QUIT "$pid"
            kill -CONT "$pid"
            wait "$pid"
        fi
        for attempt in 1 2 3 4 5 6 7 8 9; do
            rm -rf "$0" && exit
            sleep 0.5
        done
        """

    /// Starts a keeper of `folder` whose postmaster is `command`.
    init(folder: String, command: [String]) throws {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw FaultKitFailure("no sockets: \(errno)") }
        defer { close(ends[1]) }
        line = ends[0]
        id = try Self.spawn(
            ["/bin/sh", "-c", Self.script, folder] + command, line: ends[1], errors: folder + "/keeper.log")
    }

    /// Waits until the keeper has stopped the postmaster and removed the folder.
    deinit {
        close(line)
        var status: Int32 = 0
        while waitpid(id, &status, 0) == -1 && errno == EINTR {}
    }

    /// Starts the postmaster and answers its process id.
    func start() throws -> Int32 {
        guard let id = Int32(try ask("start")) else { throw FaultKitFailure("the keeper started nothing") }
        return id
    }

    /// Waits for the postmaster's end, which something else must bring about.
    func reap() throws { _ = try ask("reap") }

    private func ask(_ order: String) throws -> String {
        try talk.withLock { _ in
            let text = Array((order + "\n").utf8)
            guard send(line, text, text.count, Int32(MSG_NOSIGNAL)) == text.count else {
                throw FaultKitFailure("the keeper of PostgreSQL is gone")
            }
            var answer: [UInt8] = []
            var byte: UInt8 = 0
            while read(line, &byte, 1) == 1, byte != UInt8(ascii: "\n") { answer.append(byte) }
            return String(decoding: answer, as: UTF8.self)
        }
    }

    /// A process group of its own keeps a terminal's signals away. No other descriptor is inherited: else a test would
    /// wait for the end of a pipe that the keeper holds.
    private static func spawn(_ arguments: [String], line: Int32, errors: String) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, line, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, line, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        for descriptor in STDERR_FILENO + 1..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Dispatch's threads block signals, and a shell that doesn't get SIGCHLD waits for ever.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        let words = arguments.map { strdup($0) }
        let variables = [strdup("PATH=/usr/bin:/bin"), strdup("LC_ALL=C.UTF-8")]
        defer { for word in words + variables { free(word) } }
        var child: pid_t = 0
        let result = posix_spawn(&child, "/bin/sh", &actions, &attributes, words + [nil], variables + [nil])
        guard result == 0 else { throw FaultKitFailure("no keeper: \(String(cString: strerror(result)))") }
        return child
    }
}
