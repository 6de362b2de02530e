import Domain
import StoreAPI

extension Benchmark {
    private static let batchSize = 10_000
    private static let pageSize = 5_000

    /// Batches into a store and the feed out of it.
    static func stores(_ database: Stage.Database) -> [Benchmark] {
        let isServer = database == .postgres
        return [
            Benchmark(
                name: "\(database)-commit", about: "commit of a batch of 10,000 new records", needsDatabase: isServer
            ) { place in
                let stage = try await Stage(database, "\(database)-commit", in: place)
                let batches = (0..<mostPasses).map { SampleRow.batch($0 * batchSize..<($0 + 1) * batchSize) }
                return Work(items: batchSize, bytes: batches[0].bytes.count) { pass in
                    try BenchmarkFailure.check(try await stage.commit(batches[pass]).inserted, batchSize, "inserted")
                }
            },
            Benchmark(
                name: "\(database)-unchanged", about: "commit of a batch of 10,000 records that are stored already",
                needsDatabase: isServer
            ) { place in
                let stage = try await Stage(database, "\(database)-unchanged", in: place)
                let batch = SampleRow.batch(0..<batchSize)
                _ = try await stage.commit(batch)
                return Work(items: batchSize, bytes: batch.bytes.count) { _ in
                    try BenchmarkFailure.check(try await stage.commit(batch).unchanged, batchSize, "unchanged")
                }
            },
            Benchmark(name: "\(database)-feed", about: "a page of 5,000 changes", needsDatabase: isServer) { place in
                let stage = try await Stage(database, "\(database)-feed", in: place)
                for start in [0, batchSize] { _ = try await stage.commit(SampleRow.batch(start..<start + batchSize)) }
                let scope = Scope(tenant: stage.source.tenant)
                let id = stage.source.id
                return Work(items: pageSize, bytes: nil) { _ in
                    let page = try await stage.store.read(scope) {
                        try $0.records.changes(of: id, entity: nil, after: Int64(pageSize), limit: pageSize)
                    }
                    try BenchmarkFailure.check(page.count, pageSize, "changes")
                }
            },
        ]
    }
}
