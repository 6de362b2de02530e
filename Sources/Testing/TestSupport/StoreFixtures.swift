public import Domain

extension TenantID {
    /// A tenant named in a test.
    public static func named(_ name: String) -> TenantID {
        guard let tenant = TenantID(name) else { preconditionFailure("\(name) can't name a tenant") }
        return tenant
    }
}

extension AppID {
    /// An Application named in a test.
    public static func named(_ name: String) -> AppID {
        guard let app = AppID(name) else { preconditionFailure("\(name) can't name an Application") }
        return app
    }
}

extension RecordBatch {
    /// A batch of records by key and body, hashed; a nil body is a deletion.
    public static func of(_ entity: String, _ records: [(key: String, body: String?)]) -> RecordBatch {
        var batch = RecordBatch(entity: entity)
        for record in records {
            guard let body = record.body else {
                batch.appendDeletion(key: Array(record.key.utf8))
                continue
            }
            batch.append(
                key: { $0.append(contentsOf: record.key.utf8) }, body: { $0.append(contentsOf: body.utf8) })
            batch.items[batch.items.count - 1].hash = .ofTestBody(body)
        }
        return batch
    }
}

extension ContentHash {
    /// FNV-1a twice with different starts: enough to tell a test's bodies apart.
    public static func ofTestBody(_ body: String) -> ContentHash {
        func hash(_ start: UInt64) -> UInt64 {
            body.utf8.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        }
        return ContentHash(high: hash(0xCBF2_9CE4_8422_2325), low: hash(0x8422_2325_CBF2_9CE4))
    }
}
