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
    private(set) var process: Process?
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
        let process = Process()
        let command = wrapper + [Self.binary, "serve"]
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        process.standardError = try log()
        try process.run()
        self.process = process
        guard let line = firstLine(of: output), let at = line.range(of: "http://") else {
            throw StartFailure(log: try logText())
        }
        url = String(line[at.lowerBound...])
    }

    struct StartFailure: Error { var log: String }

    private func log() throws -> FileHandle {
        let path = folder.path + "/server.log"
        if !FileManager.default.fileExists(atPath: path) {
            #expect(FileManager.default.createFile(atPath: path, contents: nil))
        }
        let handle = try #require(FileHandle(forWritingAtPath: path))
        handle.seekToEndOfFile()
        return handle
    }

    func logText() throws -> String { try String(contentsOfFile: folder.path + "/server.log", encoding: .utf8) }

    private func firstLine(of pipe: Pipe) -> String? {
        var bytes: [UInt8] = []
        while let byte = try? pipe.fileHandleForReading.read(upToCount: 1)?.first {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }

    /// SIGTERM; answers the exit status.
    func stop() -> Int32 {
        guard let process else { return -1 }
        process.terminate()
        process.waitUntilExit()
        self.process = nil
        return process.terminationStatus
    }

    /// SIGKILL.
    func kill() {
        guard let process, process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// Runs another command of the program; answers its exit status and output.
    func run(_ arguments: [String], environment extra: [String: String] = [:]) throws -> (status: Int32, output: String)
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.binary)
        process.arguments = arguments
        process.environment = environment.merging(extra) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = try log()
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
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
