import Domain
import StoreAPI

/// Reads a DataSource as clients do and compares it with what was committed.
struct Readback {
    let source: SourceModel
    let truth: Truth

    func compare(in database: SimulatedDatabase) throws {
        guard let tenant = TenantID(source.tenant), let id = DataSourceID(source.id) else { throw Broken("an odd id") }
        try database.read(Scope(tenant: tenant)) { transaction in
            try compareFeed(id, transaction)
            try compareLists(id, transaction)
            guard let row = try transaction.sources.find(id) else { throw Broken("a DataSource is gone") }
            try require(
                row.name == source.wishes.name && row.configVersion == source.wishes.configVersion
                    && row.isDeleted == (source.wishes.deletedAt != nil), "an acknowledged change isn't there")
            try require(row.activeRun?.rawValue == source.activeRun, "another run is active")
        }
    }

    /// The feed replayed from its start makes the records.
    private func compareFeed(_ id: DataSourceID, _ transaction: any StoreTransaction) throws {
        var replayed: [String: StoredRecord] = [:]
        var last: Int64 = 0
        while true {
            let page = try transaction.records.changes(of: id, entity: nil, after: last, limit: 7)
            for record in page {
                try require(record.seq > last, "the feed goes back at \(record.seq)")
                last = record.seq
                let name = "\(record.entity) \(truth.key(of: record.key) ?? 0)"
                try require(replayed.updateValue(record, forKey: name) == nil, "the feed has \(name) twice")
            }
            if page.count < 7 { break }
        }
        try require(
            replayed.count == source.records.count, "the feed has \(replayed.count) of \(source.records.count) records")
        for known in source.records.values.sorted(by: { $0.seq < $1.seq }) {
            let name = "\(source.entities[known.entity]?.name ?? "") \(known.key)"
            let record = replayed[name]
            try require(
                record?.seq == known.seq && record?.version == known.version
                    && record?.body
                        == known.content.map { Truth.body(Truth.Row(key: known.key, content: $0, cursor: 0)) },
                "the feed has another \(name)")
        }
    }

    private func compareLists(_ id: DataSourceID, _ transaction: any StoreTransaction) throws {
        for (number, entity) in source.entities.sorted(by: { $0.key < $1.key }) {
            var query = RecordQuery(entity: entity.name)
            query.limit = 500
            let keys = try transaction.records.list(query, of: id).compactMap { truth.key(of: $0.key) }
            try require(Set(keys) == Set(source.live(of: number).keys), "the list of \(entity.name) isn't what is live")
            try require(try transaction.records.count(query, of: id) == keys.count, "\(entity.name) is miscounted")
        }
    }
}
