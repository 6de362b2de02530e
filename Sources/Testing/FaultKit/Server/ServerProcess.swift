import Foundation
public import TestSupport
public import TributaryClient

/// The real program in a folder of its own: started, asked, stopped, frozen or killed, and started again on what it
/// left.
///
/// @unchecked: a test uses it from one task at a time.
public final class ServerProcess: @unchecked Sendable {
    /// The root of the checkout that this was compiled in.
    public static let root = (0..<5).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
        url.deletingLastPathComponent()
    }.path
    /// The program: `TRIBUTARY_TEST_BINARY`, or what a debug build of the checkout made.
    public static let binary =
        ProcessInfo.processInfo.environment["TRIBUTARY_TEST_BINARY"] ?? root + "/.build/debug/tributary"

    /// Holds its data, its log (`server.log`) and its tenants' files (`files/<tenant>`).
    public let folder: TemporaryFolder
    /// What it is started with, and nothing else.
    public private(set) var environment: [String: String]
    /// The process; nil while it doesn't run.
    public private(set) var process: ChildProcess?
    /// Where it listens; another address after each start.
    public private(set) var url = ""

    private var tokens: [String: String] = [:]

    /// Makes its folder; starts nothing.
    ///
    /// - Parameter settings: Environment beyond the kit's own, which it may replace.
    public init(_ settings: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/files/acme", withIntermediateDirectories: true)
        environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder.path,
            "TRIBUTARY_DATABASE_URL": "sqlite:\(folder.path)/data/t.db", "TRIBUTARY_HTTP_PORT": "0",
            "TRIBUTARY_FILES_ROOT": folder.path + "/files", "TRIBUTARY_LOG_LEVEL": "trace",
        ].merging(settings) { $1 }
    }

    deinit { kill() }

    /// Starts it and returns when it listens.
    ///
    /// - Parameters:
    ///   - wrapper: A command that runs it, such as a tracer with its options.
    ///   - arguments: What follows `serve`.
    public func start(through wrapper: [String] = [], arguments: [String] = []) throws {
        let process = try ChildProcess(
            wrapper + [Self.binary, "serve"] + arguments, environment: environment, errors: folder.path + "/server.log")
        guard let line = process.readLine(), let at = line.range(of: "http://") else {
            _ = process.wait()
            throw StartFailure(log: try logText())
        }
        self.process = process
        url = String(line[at.lowerBound...])
    }

    /// It ended before it listened.
    public struct StartFailure: Error {
        /// What it logged, of all its lives.
        public var log: String
    }

    /// What it logged so far, of all its lives.
    public func logText() throws -> String {
        try String(contentsOfFile: folder.path + "/server.log", encoding: .utf8)
    }

    /// SIGTERM; answers the exit status, or 128 and the signal that ended it.
    public func stop() -> Int32 { end(by: SIGTERM) }

    /// SIGKILL; returns when it is gone.
    public func kill() { _ = end(by: SIGKILL) }

    /// SIGTERM, and starts it again.
    public func restart() throws {
        let status = stop()
        guard status == 0 else { throw FaultKitFailure("the server ended with \(status)") }
        try start()
    }

    /// SIGSTOP: it stands still with all it holds.
    public func freeze() { process?.send(SIGSTOP) }

    /// SIGCONT: it goes on, and the clock has moved.
    public func thaw() { process?.send(SIGCONT) }

    /// Waits until it ends by itself; answers the exit status, or 128 and the signal that ended it.
    public func waitForEnd() -> Int32 {
        guard let process else { return -1 }
        self.process = nil
        return process.wait()
    }

    /// Lets it make no file larger than so many bytes, as on a disk that is full; nil lifts that.
    public func limitFiles(to bytes: Int?) throws {
        guard let process else { throw FaultKitFailure("the server doesn't run") }
        // The soft limit alone, which its owner may raise again (getrlimit(2)).
        let limit = "--fsize=\(bytes.map(String.init) ?? "unlimited"):"
        let status = try ChildProcess(
            ["/usr/bin/prlimit", "--pid", String(process.id), limit], environment: environment,
            errors: folder.path + "/server.log"
        ).wait()
        guard status == 0 else { throw FaultKitFailure("prlimit: \(try logText().suffix(500))") }
    }

    private func end(by signal: Int32) -> Int32 {
        guard let process else { return -1 }
        self.process = nil
        process.send(signal)
        return process.wait()
    }

    /// The most memory that the process had resident so far, in bytes (VmHWM: proc(5)).
    public func memoryPeak() throws -> Int {
        guard let process else { throw FaultKitFailure("the server doesn't run") }
        let status = try String(contentsOfFile: "/proc/\(process.id)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        guard let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw FaultKitFailure("no VmHWM in /proc/\(process.id)/status")
        }
        return kibibytes << 10
    }

    /// Runs another command of the program; answers its exit status and output.
    ///
    /// - Parameter wrapper: A command that runs it, such as a tracer with its options.
    public func run(
        _ arguments: [String], environment extra: [String: String] = [:], through wrapper: [String] = []
    ) throws -> (status: Int32, output: String) {
        let process = try ChildProcess(
            wrapper + [Self.binary] + arguments, environment: environment.merging(extra) { $1 },
            errors: folder.path + "/server.log")
        let output = process.readAll()
        return (process.wait(), output)
    }

    /// A new token of this tenant.
    public func token(tenant: String = "acme", scope: String = "*") throws -> String {
        let (status, output) = try run(["token", "--tenant", tenant, "--sub", "tester", "--scope", scope])
        guard status == 0 else { throw FaultKitFailure("no token: \(try logText().suffix(500))") }
        return output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A client of the server as it listens now, with one token per tenant for all its clients. To be closed.
    public func client(tenant: String = "acme", limits: ClientLimits = ClientLimits()) throws -> TributaryClient {
        let token = try tokens[tenant] ?? token(tenant: tenant)
        tokens[tenant] = token
        return TributaryClient(url: url, token: token, limits: limits)
    }

    /// Writes a file of the tenant's, in one step.
    public func write(_ name: String, _ text: String, tenant: String = "acme") throws {
        let place = folder.path + "/files/" + tenant
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        try text.write(toFile: place + "/" + name, atomically: true, encoding: .utf8)
    }
}
