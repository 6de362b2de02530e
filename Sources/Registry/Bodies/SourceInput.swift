import Domain
import JSON

/// What a body says of a DataSource, checked field by field; `faults` has everything that is wrong with it.
///
/// A value that has a fault is left out here, so nothing is read from it.
struct SourceInput: Sendable {
    /// What is to become of a field that can be `null`.
    enum Change<Value: Sendable>: Sendable {
        case keep
        case set(Value?)
    }

    private(set) var faults: [AppError.Fault]
    private(set) var name: String?
    private(set) var type: String?
    private(set) var connectorVersion: String?
    private(set) var provenance: String?
    private(set) var sourceType: DataSource.SourceType?
    private(set) var status: DataSource.Status?
    private(set) var isDeleted: Bool?
    /// In a patch with the nulls that remove members.
    private(set) var config: JSONObject?
    private(set) var schedule = Change<String>.keep
    private(set) var entities = Change<[EntitySelection]>.keep
    /// The names of the body's members.
    private(set) var names: Set<String>

    /// Reads a body; throws `datasource.invalid` when it isn't an object at all.
    init(_ body: JSONValue, _ verb: FieldCheck.Verb) throws {
        guard let object = body.objectValue else {
            throw AppError(
                .sourceInvalid,
                faults: [AppError.Fault(FaultCode.type, at: "", "Must be of type object, not \(body.kind).")])
        }
        names = Set(object.names)
        faults = FieldCheck(fields: Resource.dataSource.fields, verb: verb).faults(of: object)
        let wrong = Set(faults.compactMap { JSONPointer(parsing: $0.pointer)?.tokens.first })
        let good = JSONObject(object.filter { !wrong.contains($0.name) }.map { ($0.name, $0.value) })
        readPlain(good)
        readNullable(good)
    }

    private mutating func readPlain(_ object: JSONObject) {
        name = object["name"]?.stringValue?.trimmed
        type = object["type"]?.stringValue
        connectorVersion = object["connector_version"]?.stringValue
        provenance = object["source"]?.stringValue
        sourceType = object["source_type"]?.stringValue.flatMap(DataSource.SourceType.init(rawValue:))
        status = object["status"]?.stringValue.flatMap(DataSource.Status.init(rawValue:))
        isDeleted = object["is_deleted"]?.boolValue
        config = object["config"]?.objectValue
    }

    private mutating func readNullable(_ object: JSONObject) {
        if let value = object["sync_schedule"] { schedule = .set(value.stringValue?.trimmed) }
        guard let value = object["entities"] else { return }
        let check = value.arrayValue.map { EntityCheck($0, at: JSONPointer(["entities"])) }
        faults += check?.faults ?? []
        entities = .set(check?.selections)
    }
}
