import Domain
import JSON

/// Reads a DataSource's `entities`, whose elements were found to have their form.
struct EntityCheck {
    let selections: [EntitySelection]
    private(set) var faults: [AppError.Fault] = []

    /// Reads the elements at `place` of a body; `faults` has what is wrong between them.
    init(_ elements: [JSONValue], at place: JSONPointer) {
        selections = elements.compactMap { $0.objectValue.flatMap(EntitySelection.init) }
        var names = Set<String>()
        for (index, selection) in selections.enumerated() where !names.insert(selection.name).inserted {
            let pointer = place.appending(index).appending("name").description
            faults.append(AppError.Fault(FaultCode.value, at: pointer, "Each entity may be named once."))
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
