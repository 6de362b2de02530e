import ConnectorAPI
import Domain
import Foundation
import Logging
import StoreAPI
import Synchronization
import TestStores
import TestSupport
import Testing
import Vault

@testable import Engine

/// A source's secret, looked for in everything that a run leaves behind (Invariant 6).
@Suite struct CanaryTests {
    private static let canary = "s3cr3t-c4n4ry/+&=\"x"

    @Test("a secret that a connector puts into its error and its state is in no error, log line or database file")
    func canary() async throws {
        let bench = try await Bench(entities: [ScriptedConnector.entity("items", defaultMode: .incremental)])
        let (vault, id) = (bench.vault, bench.source.id)
        try await bench.store.write(bench.scope) { tx in
            guard var source = try tx.sources.find(id) else { return }
            source.secrets = try vault.sealConfig(["password": Secret(Self.canary)], of: id, in: tx)
            try tx.sources.update(source)
        }
        let spoken = Self.canary + " " + Data(("user:" + Self.canary).utf8).base64EncodedString()
        let leak = AppError(
            ErrorCode("test.leak", .source, "Leaks."), "login failed: \(spoken)", recovery: .reauthorise)
        bench.connector.willRead([.batch("items", .numbered(1...3), state: Self.canary), .fail(leak)])
        let run = try await bench.queue()
        let lines = Mutex<[String]>([])
        let logger = Logger(label: "canary") { _ in Recorder { line in lines.withLock { $0.append(line) } } }
        #expect(try await bench.worker(logger: logger).runOne())

        let error = try #require(try await bench.run(run).error)
        #expect(error.message.contains("[redacted]"))
        let texts = [error.message, try #require(try await bench.current().lastError).message] + lines.withLock { $0 }
        for form in [Self.canary, Data(("user:" + Self.canary).utf8).base64EncodedString()] {
            for text in texts { #expect(!text.contains(form)) }
            #expect(try !bench.database.content().contains(form))
        }
    }
}

/// Keeps log lines of every level.
private struct Recorder: LogHandler {
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.trace
    let keep: @Sendable (String) -> Void

    init(keep: @escaping @Sendable (String) -> Void) { self.keep = keep }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { keep("\(event.message) \(event.metadata ?? [:])") }
}
