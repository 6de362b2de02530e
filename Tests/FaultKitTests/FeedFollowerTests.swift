import CannedServer
import FaultKit
import JSON
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// The reader that finds what a feed must never do.
@Suite(.ownThreads) struct FeedFollowerTests {
    @Test("replays pages, goes on where it was, and finds the listing equal")
    func replays() async throws {
        let pages = [[change(1, seq: 1), change(2, seq: 2)], [change(1, seq: 3, version: 2), gone(2, seq: 4)]]
        let faults = try await faults(pages, listing: [change(1, seq: 3, version: 2)]) { follower in
            #expect(follower.seq == 4)
            #expect(follower.changes == 4)
            #expect(follower.cursor == "2")
            #expect(follower.bodies() == [1: ["id": 1]])
        }
        #expect(faults == [])
    }

    @Test("a seq that stays or goes back is a fault")
    func seqs() async throws {
        #expect(try await faults([[change(1, seq: 2), change(2, seq: 2)]]).contains("seq went from 2 to 2"))
        #expect(try await faults([[change(1, seq: 2)], [change(2, seq: 1)]]).contains("seq went from 2 to 1"))
    }

    @Test("a version that stays or goes back is a fault")
    func versions() async throws {
        let pages = [[change(1, seq: 1, version: 2)], [change(1, seq: 2, version: 2)]]
        #expect(try await faults(pages).contains("t [1] went from version 2 to 2"))
    }

    @Test("a key of two records, and a record of two keys, are faults")
    func keys() async throws {
        let twice = try await faults([[change(1, seq: 1), change(1, seq: 2, id: "rec_other")]])
        #expect(twice.contains("t [1] is the key of rec_1 and of rec_other"))
        #expect(twice.contains("1 is there twice"))
        let moved = try await faults([[change(1, seq: 1), change(2, seq: 2, version: 2, id: "rec_1")]])
        #expect(moved.contains("rec_1 changed its key from [1] to [2]"))
    }

    @Test("whatever the listing says otherwise is a fault")
    func listings() async throws {
        let pages = [[change(1, seq: 1), change(2, seq: 2)]]
        #expect(try await faults(pages, listing: [change(1, seq: 1)]).count == 1)
        #expect(try await faults(pages, listing: [change(1, seq: 1), change(2, seq: 2, version: 2)]).count == 1)
        #expect(try await faults(pages, listing: pages[0] + [change(3, seq: 3)]).count == 1)
        #expect(try await faults(pages, listing: pages[0] + [change(1, seq: 1)]).contains("rec_1 is listed twice"))
    }

    /// The faults of a feed with these pages; without a listing its end state is listed.
    private func faults(
        _ pages: [[RecordBody]], listing: [RecordBody]? = nil,
        _ look: @Sendable (inout FeedFollower) -> Void = { _ in }
    ) async throws -> [String] {
        try await CannedServer.with { request in
            guard request.target.contains("/changes") else {
                let all = Dictionary(pages.joined().map { ($0.id, $0) }, uniquingKeysWith: { $1 })
                return Self.answer(listing ?? all.values.filter { !$0.isDeleted }, nil)
            }
            let place = pages.indices.first { request.target.contains("cursor=\($0 + 1)") }.map { $0 + 1 } ?? 0
            return Self.answer(place < pages.count ? pages[place] : [], String(min(place + 1, pages.count)))
        } _: { server in
            let client = TributaryClient(url: server.url, token: "t")
            var follower = FeedFollower(source: "ds_1")
            // Page by page, as over restarts.
            while try await !follower.follow(client, pages: 1) {}
            try await follower.compare(client, entity: "t")
            look(&follower)
            _ = follower.bodies()
            await client.close()
            return follower.faults
        }
    }

    private static func answer(_ items: [RecordBody], _ cursor: String?) -> CannedServer.Answer {
        .init(200, String(decoding: Page(items: items, nextCursor: cursor).serialized(), as: UTF8.self))
    }

    private func change(_ key: Int, seq: Int, version: Int = 1, id: String? = nil) -> RecordBody {
        RecordBody(
            id: id ?? "rec_\(key)", datasourceID: "ds_1", entity: "t", key: RawJSON(unchecked: Array("[\(key)]".utf8)),
            data: RawJSON(unchecked: Array("{\"id\":\(key)}".utf8)), seq: seq, version: version, createdAt: "",
            updatedAt: "", isDeleted: false, source: "backend")
    }

    private func gone(_ key: Int, seq: Int) -> RecordBody {
        var change = change(key, seq: seq, version: 2)
        (change.isDeleted, change.data) = (true, nil)
        return change
    }
}
