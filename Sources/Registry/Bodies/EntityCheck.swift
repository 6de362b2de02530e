import Domain
import JSON

/// Reads a DataSource's `entities`.
struct EntityCheck {
    private(set) var selections: [EntitySelection] = []
    private(set) var faults: [AppError.Fault] = []

    /// Reads the elements at `place` of a body; `faults` has all that is wrong with them.
    init(_ elements: [JSONValue], at place: JSONPointer) {
        var names = Set<String>()
        for (index, element) in elements.prefix(DataSourceFields.mostEntities).enumerated() {
            let place = place.appending(index)
            guard let object = element.objectValue else {
                faults.append(
                    AppError.Fault(
                        FaultCode.type, at: place.description, "Must be of type object, not \(element.kind)."))
                continue
            }
            let own = Self.faults(of: object, at: place)
            faults += own
            guard own.isEmpty, let selection = EntitySelection(object) else { continue }
            if !names.insert(selection.name).inserted {
                faults.append(
                    AppError.Fault(
                        FaultCode.value, at: place.appending("name").description, "Each entity may be named once."))
            }
            selections.append(selection)
        }
    }

    private static func faults(of object: JSONObject, at place: JSONPointer) -> [AppError.Fault] {
        FieldCheck(fields: EntitySelectionFields.all, verb: .create, place: place).faults(of: object)
            + keyFaults(object["primary_key"], at: place.appending("primary_key"))
            + intervalFaults(object["full_every"], at: place.appending("full_every").description)
    }

    private static func keyFaults(_ value: JSONValue?, at place: JSONPointer) -> [AppError.Fault] {
        guard let fields = value?.arrayValue else { return [] }
        if fields.isEmpty {
            return [AppError.Fault(FaultCode.length, at: place.description, "Must name at least one field.")]
        }
        return fields.prefix(32).enumerated().compactMap { index, field in
            FormCheck(form: .text(1...256)).fault(of: field, at: place.appending(index).description)
        }
    }

    private static func intervalFaults(_ value: JSONValue?, at pointer: String) -> [AppError.Fault] {
        guard let text = value?.stringValue else { return [] }
        do {
            guard try ISODuration(parsing: text).seconds >= 60 else {
                return [AppError.Fault(FaultCode.value, at: pointer, "Must be at least one minute (PT1M).")]
            }
            return []
        } catch {
            return [AppError.Fault(pointer: pointer, code: error.code, detail: error.message)]
        }
    }
}

extension EntitySelection {
    /// Reads an element whose members were checked.
    fileprivate init?(_ object: JSONObject) {
        guard let name = object["name"]?.stringValue,
            let mode = object["mode"]?.stringValue.flatMap(SyncMode.init(rawValue:))
        else { return nil }
        self.init(
            name: name, mode: mode, cursorField: object["cursor_field"]?.stringValue,
            primaryKey: object["primary_key"]?.arrayValue?.compactMap(\.stringValue),
            fullEvery: object["full_every"]?.stringValue)
    }
}
