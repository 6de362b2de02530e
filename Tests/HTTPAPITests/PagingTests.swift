import Domain
import JSON
import StoreAPI
import TestSupport
import Testing

@Suite("Pages of a list that changes while it is read", .ownThreads) struct PagingTests {
    private static let sources = 10_000

    @Test(
        "what is there all along comes exactly once, in order, while others come and go",
        arguments: ["created_at", "-created_at", "-updated_at", "name", "-name", "last_sync_at", "-next_sync_at"])
    func steady(sort: String) async throws {
        let stage = try await Stage()
        let steady = try await stage.fill(Self.sources, named: "steady")
        let passing = try await stage.fill(400, named: "passing")
        var seen: [String] = []
        var names: [String] = []
        var cursor: String?
        var page = 0
        repeat {
            let place = cursor.map { "&cursor=\($0)" } ?? ""
            let reply = try await stage.send(.get, "/api/v1/datasources?limit=250&sort=\(sort)\(place)")
            #expect(reply.status == 200, "\(reply.text)")
            seen += reply.items.compactMap { $0["id"]?.stringValue }
            names += reply.items.compactMap { $0["name"]?.stringValue }
            cursor = reply.cursor
            // One goes and one comes between any two pages, before and behind where the reader is.
            if page < passing.count {
                _ = try await stage.send(.delete, "/api/v1/datasources/\(passing[page])")
                _ = try await stage.register("new \(page)")
            }
            page += 1
        } while cursor != nil
        let known = Set(steady)
        #expect(Set(seen).isSuperset(of: known))
        #expect(seen.count == Set(seen).count, "something came twice")
        if sort == "name" {
            let own = names.filter { $0.hasPrefix("steady") }
            #expect(own == own.sorted())
        }
    }

    @Test("a cursor with any character changed, cut or added is refused, and so is one of another list or caller")
    func tampered() async throws {
        let stage = try await Stage()
        _ = try await stage.fill(3, named: "s")
        let path = "/api/v1/datasources?limit=1"
        let cursor = try #require(try await stage.send(.get, path).cursor)
        let letters = Array(cursor)
        var wrong = letters.indices.map { index in
            var changed = letters
            changed[index] = changed[index] == "A" ? "B" : "A"
            return String(changed)
        }
        wrong += [String(cursor.dropLast()), cursor + "A", String(cursor.reversed()), "x"]
        for text in wrong where text != cursor {
            let reply = try await stage.send(.get, "\(path)&cursor=\(text)")
            #expect(reply.status == 400 && reply.code == "cursor.invalid", "\(text)")
        }
        for other in [
            "\(path)&sort=name", "\(path)&type=probe", "\(path)&include_deleted=true", "/api/v1/applications?limit=1",
        ] {
            #expect(try await stage.send(.get, "\(other)&cursor=\(cursor)").code == "cursor.invalid", "\(other)")
        }
        for token in [try stage.token("rival"), try stage.token("acme", app: "one")] {
            #expect(try await stage.send(.get, "\(path)&cursor=\(cursor)", token: token).code == "cursor.invalid")
        }
        #expect(try await stage.send(.get, "\(path)&cursor=\(cursor)").status == 200)
    }
}

extension Stage {
    /// Registers so many DataSources in one transaction; answers their ids. Times and names repeat among them.
    fileprivate func fill(_ count: Int, named name: String) async throws -> [String] {
        let now = wallClock.now
        return try await write { transaction in
            try (0..<count).map { index in
                // Ids of a generator would do as well; these are alike in every run.
                let id = DataSourceID(
                    ULID(bits: UInt128(name.utf8.first ?? 0) << 80 | UInt128(index * 7_919 % 1_000_003)))
                var source = DataSource(
                    id: id, tenant: transaction.scope.tenant, app: nil, createdAt: now + .seconds(index / 10),
                    createdBy: "per_1", name: "\(name) \(index % 97)", type: "probe")
                if index % 3 == 0 { source.lastSyncAt = now + .seconds(index % 50) }
                if index % 4 == 0 { source.nextSyncAt = now + .seconds(3600 + index % 50) }
                try transaction.sources.insert(source)
                return id.rawValue
            }
        }
    }
}
