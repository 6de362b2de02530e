import Domain
import Registry
import WireAPI

extension RecordBody {
    init(_ item: RecordItem) {
        let record = item.record
        self.init(
            id: item.id.rawValue, datasourceID: item.source.rawValue, entity: record.entity,
            key: RawJSON(unchecked: item.key), data: record.body.map { RawJSON(unchecked: $0) }, seq: Int(record.seq),
            version: record.version, createdAt: record.createdAt.rfc3339, updatedAt: record.updatedAt.rfc3339,
            isDeleted: record.deletedAt != nil, deletedAt: record.deletedAt?.rfc3339, runID: record.run?.rawValue,
            source: item.provenance)
    }
}
