import ConnectorAPI
import Domain
import JSON
import TenantFiles

/// Describes the entities of a source from the start of each one's first file.
struct FileDiscovery {
    /// How many records are looked at.
    static let sampledRecords = 1_000
    /// How many members of JSON objects are described.
    static let mostProperties = 1_000

    let access: FileAccess

    /// Finds the files and reads the start of the first one.
    func check() throws {
        guard let entity = try access.entities().first, let file = entity.files.first else { return }
        _ = try properties(of: file)
    }

    func entities() throws -> [EntityDescription] {
        try access.entities().map { entity in
            try Task.checkCancellation()
            let properties = try entity.files.first.map { try self.properties(of: $0) } ?? JSONObject()
            return EntityDescription(
                name: entity.name, jsonSchema: ["type": "object", "properties": .object(properties)],
                primaryKey: access.config.primaryKey)
        }
    }

    private func properties(of file: EntityFile) throws -> JSONObject {
        let opened = try access.open(file.path)
        switch file.format {
        case .csv, .tsv: return try columns(of: try access.table(opened, file.format))
        case .json, .jsonl: return try members(of: try access.jsonRows(opened, file.format))
        }
    }

    private func columns(of table: CSVTable) throws -> JSONObject {
        _ = try table.places(of: access.config.primaryKey)
        var evidence = CSVTypeEvidence()
        if table.dialect.infersTypes { try evidence.learn(from: table, limit: Self.sampledRecords) }
        let mayBeNull = !CSVNulls(table.dialect).isEmpty
        var properties = JSONObject()
        for column in table.columns ?? [] {
            let type = JSONValue.string(evidence.type(of: column).schemaName)
            properties[column] = ["type": mayBeNull ? [type, "null"] : type]
        }
        return properties
    }

    /// A fault behind the first records is left for the read to meet.
    private func members(of rows: JSONRows) throws -> JSONObject {
        var builder = RecordBuilder(entity: "", primaryKey: [])
        do {
            _ = try rows.fill(&builder)
        } catch let error as AppError {
            guard !builder.batch.items.isEmpty else { throw error }
        }
        var types: [(name: String, kinds: [String])] = []
        var places: [String: Int] = [:]
        let parser = JSONParser(limits: .source)
        for item in builder.batch.items.prefix(Self.sampledRecords) {
            let body = try builder.batch.bytes.withUnsafeBytes { bytes in
                try parser.parse(UnsafeRawBufferPointer(rebasing: bytes[item.bodyRange]))
            }
            for member in body.objectValue?.members ?? [] {
                if let place = places[member.name] {
                    if !types[place].kinds.contains(member.value.kind) { types[place].kinds.append(member.value.kind) }
                } else if types.count < Self.mostProperties {
                    places[member.name] = types.count
                    types.append((member.name, [member.value.kind]))
                }
            }
        }
        return JSONObject(types.map { ($0.name, Self.schema($0.kinds)) })
    }

    private static func schema(_ kinds: [String]) -> JSONValue {
        ["type": kinds.count == 1 ? .string(kinds[0]) : .array(kinds.map { .string($0) })]
    }
}
