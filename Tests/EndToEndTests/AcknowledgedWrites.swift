import JSON
import TestSupport
import Testing
import TributaryClient

/// DataSources that a test creates, renames and deletes beside its runs, and what the server said of each: whatever was
/// answered must be there after a kill.
struct AcknowledgedWrites {
    /// The name by id; nil = deleted.
    private var names: [String: String?] = [:]
    private var touched: Set<String> = []
    private var number = 0

    /// Creates, renames or deletes one. After an error that may come from behind the write nothing is known of it.
    mutating func write(_ client: TributaryClient, _ chance: inout SeededRandom) async throws {
        let live = names.filter { $0.value != nil }.keys.sorted()
        switch (Int.random(in: 0..<4, using: &chance), live.randomElement(using: &chance)) {
        case (0, let id?):
            try await doubting(id) { try await client.datasources.delete(id) }
            note(id, nil)
        case (1, let id?), (2, let id?):
            let name = nextName()
            try await doubting(id) { _ = try await client.datasources.update(id, ["name": .string(name)]) }
            note(id, name)
        default:
            let name = nextName()
            note(try await client.datasources.create(json: Self.new(name)).id, name)
        }
    }

    private mutating func doubting(_ id: String, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as TributaryError where error.status < 500 || error.status == 507 {
            throw error
        } catch {
            names[id] = nil
            touched.remove(id)
            throw error
        }
    }

    /// A name for a create that a kill may overtake.
    mutating func nextName() -> String {
        number += 1
        return "extra \(number)"
    }

    /// Keeps what was answered.
    mutating func note(_ id: String, _ name: String?) {
        names[id] = .some(name)
        touched.insert(id)
    }

    static func new(_ name: String) -> JSONObject {
        ["name": .string(name), "type": "file", "config": ["path": "none.csv"]]
    }

    /// The ids of those that are there.
    var live: Set<String> { Set(names.filter { $0.value != nil }.keys) }

    /// Looks at those that were written since the last look.
    mutating func expectNewest(_ client: TributaryClient, _ note: String) async throws {
        for id in touched.sorted() { try await expect(id, client, note) }
        touched = []
    }

    /// Looks at all of them.
    func expectAll(_ client: TributaryClient, _ note: String) async throws {
        for id in names.keys.sorted() { try await expect(id, client, note) }
    }

    private func expect(_ id: String, _ client: TributaryClient, _ note: String) async throws {
        let found = try await client.datasources.get(id, includeDeleted: true)
        #expect(found.isDeleted == (names[id] == .some(nil)), "\(note)")
        if let name = names[id] ?? nil { #expect(found.name == name, "\(note)") }
    }
}
