import FaultKit
import Foundation
import JSON
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// Writes, reads and syncs without a pause, and looks at every answer.
actor Load {
    private let source: String
    private(set) var writes = AcknowledgedWrites()
    private(set) var succeeded = 0
    private(set) var refused = 0
    private(set) var faults: [String] = []
    private var isStopped = false

    init(_ source: String) { self.source = source }

    func stop() { isStopped = true }

    /// Waits until so many more requests went well.
    func succeeds(_ more: Int, within limit: Duration) async throws -> Bool {
        let goal = succeeded + more
        return try await eventually(within: limit) { succeeded >= goal }
    }

    /// Waits until a request was told to come again.
    func isRefused(within limit: Duration) async throws -> Bool {
        let before = refused
        return try await eventually(within: limit) { refused > before }
    }

    /// Goes on until ``stop()``.
    func run(_ client: TributaryClient, seed: UInt64) async {
        var chance = SeededRandom(seed: seed)
        while !isStopped {
            do {
                switch Int.random(in: 0..<6, using: &chance) {
                case 0: _ = try await client.datasources.changes(source, limit: 100)
                case 1: _ = try await client.datasources.get(source)
                case 2: _ = try await client.datasources.sync(source)
                default: try await write(client, &chance)
                }
                succeeded += 1
            } catch let error as TributaryError where error.status == 409 {
                succeeded += 1
            } catch let error as TributaryError where error.status == 503 && error.retryAfter != nil {
                refused += 1
            } catch {
                if faults.count < 20 { faults.append("\(error)") }
            }
        }
    }

    private func write(_ client: TributaryClient, _ chance: inout SeededRandom) async throws {
        var copy = writes
        defer { writes = copy }
        try await copy.write(client, &chance)
    }
}
