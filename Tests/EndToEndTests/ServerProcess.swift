import Foundation
import Synchronization
import TestSupport
import Testing
import TributaryClient

/// The real program in a folder of its own: started, asked, stopped or killed, and started again.
final class ServerProcess: @unchecked Sendable {
    // @unchecked: a test uses it from one task at a time.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let binary =
        ProcessInfo.processInfo.environment["TRIBUTARY_TEST_BINARY"] ?? root + "/.build/debug/tributary"

    let folder: TemporaryFolder
    private(set) var environment: [String: String]
    private(set) var process: ChildProcess?
    private(set) var url = ""

    init(_ settings: [String: String] = [:]) throws {
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
    func start(through wrapper: [String] = []) throws {
        let process = try ChildProcess(
            wrapper + [Self.binary, "serve"], environment: environment, errors: folder.path + "/server.log")
        guard let line = process.readLine(), let at = line.range(of: "http://") else {
            _ = process.wait()
            throw StartFailure(log: try logText())
        }
        self.process = process
        url = String(line[at.lowerBound...])
    }

    struct StartFailure: Error { var log: String }

    func logText() throws -> String { try String(contentsOfFile: folder.path + "/server.log", encoding: .utf8) }

    /// SIGTERM; answers the exit status.
    func stop() -> Int32 { end(by: SIGTERM) }

    /// SIGKILL.
    func kill() { _ = end(by: SIGKILL) }

    private func end(by signal: Int32) -> Int32 {
        guard let process else { return -1 }
        self.process = nil
        process.send(signal)
        return process.wait()
    }

    /// Runs another command of the program; answers its exit status and output.
    func run(_ arguments: [String], environment extra: [String: String] = [:]) throws -> (status: Int32, output: String)
    {
        let process = try ChildProcess(
            [Self.binary] + arguments, environment: environment.merging(extra) { $1 },
            errors: folder.path + "/server.log")
        let output = process.readAll()
        return (process.wait(), output)
    }

    func token(tenant: String = "acme", scope: String = "*") throws -> String {
        let (status, output) = try run(["token", "--tenant", tenant, "--sub", "tester", "--scope", scope])
        #expect(status == 0)
        return output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func client(tenant: String = "acme") throws -> TributaryClient {
        TributaryClient(url: url, token: try token(tenant: tenant))
    }

    /// Writes a file of the tenant's, in one step.
    func write(_ name: String, _ text: String) throws {
        try text.write(toFile: folder.path + "/files/acme/" + name, atomically: true, encoding: .utf8)
    }
}
