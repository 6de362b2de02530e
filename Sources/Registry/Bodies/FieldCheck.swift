import Domain
import JSON

/// Checks the members of a body against the declared fields: everything that is wrong, not only the first.
struct FieldCheck {
    enum Verb { case create, patch }

    let fields: [ResourceField]
    let verb: Verb
    /// Where the object lies within the body: empty for the body itself.
    var place = JSONPointer()

    func faults(of object: JSONObject) -> [AppError.Fault] {
        missing(in: object) + object.members.flatMap(faults)
    }

    private func use(of field: ResourceField) -> ResourceField.Use {
        verb == .create ? field.onCreate : field.onPatch
    }

    private func missing(in object: JSONObject) -> [AppError.Fault] {
        fields.filter { use(of: $0) == .required && object[$0.name] == nil }
            .map { AppError.Fault(FaultCode.required, at: place.appending($0.name).description) }
    }

    private func faults(of member: JSONObject.Member) -> [AppError.Fault] {
        let place = place.appending(member.name)
        guard let field = fields.first(where: { $0.name == member.name }) else {
            return [AppError.Fault(FaultCode.unknown, at: place.description)]
        }
        if use(of: field) == .refused { return [AppError.Fault(FaultCode.serverStamped, at: place.description)] }
        if member.value.isNull {
            let isAbsent = field.isNullable || (verb == .create && use(of: field) == .optional)
            return isAbsent ? [] : [wrongType(field, member.value, place.description)]
        }
        return FormCheck(form: field.form).faults(of: member.value, at: place)
    }

    private func wrongType(_ field: ResourceField, _ value: JSONValue, _ pointer: String) -> AppError.Fault {
        AppError.Fault(FaultCode.type, at: pointer, "Must be of type \(field.form.jsonType), not \(value.kind).")
    }
}

/// Checks one value that isn't `null` against the form of its field.
struct FormCheck {
    let form: ResourceField.Form

    /// The first of what is wrong with the value; nil when nothing is.
    func fault(of value: JSONValue, at pointer: JSONPointer) -> AppError.Fault? {
        faults(of: value, at: pointer).first
    }

    /// Everything that is wrong with the value, elements and members included.
    func faults(of value: JSONValue, at pointer: JSONPointer) -> [AppError.Fault] {
        if case .any = form { return [] }
        let place = pointer.description
        guard value.kind == form.jsonType else {
            return [AppError.Fault(FaultCode.type, at: place, "Must be of type \(form.jsonType), not \(value.kind).")]
        }
        switch form {
        case .list(let form, let count): return listFaults(value.arrayValue ?? [], form, count, pointer)
        case .map(let form):
            return (value.objectValue ?? JSONObject()).flatMap { member in
                FormCheck(form: form).faults(of: member.value, at: pointer.appending(member.name))
            }
        case .nested(let resource):
            return FieldCheck(fields: resource.fields, verb: .create, place: pointer)
                .faults(of: value.objectValue ?? JSONObject())
        case .count: return numberFault(value, 0...Int.max, place).map { [$0] } ?? []
        case .integer(let range): return numberFault(value, range, place).map { [$0] } ?? []
        default: return stringFault(value.stringValue ?? "", place).map { [$0] } ?? []
        }
    }

    private func listFaults(
        _ elements: [JSONValue], _ form: ResourceField.Form, _ count: ClosedRange<Int>, _ pointer: JSONPointer
    ) -> [AppError.Fault] {
        guard count.contains(elements.count) else {
            let rule =
                elements.count < count.lowerBound ? "at least \(count.lowerBound)" : "at most \(count.upperBound)"
            return [AppError.Fault(FaultCode.length, at: pointer.description, "Must have \(rule) elements.")]
        }
        return elements.enumerated().flatMap { index, element in
            FormCheck(form: form).faults(of: element, at: pointer.appending(index))
        }
    }

    private func stringFault(_ text: String, _ place: String) -> AppError.Fault? {
        switch form {
        case .text(let length): textFault(text, length, place, isLabel: false)
        case .label(let length): textFault(text, length, place, isLabel: true)
        case .tag: tagFault(text, place)
        case .choice(let choices):
            choices.contains(text)
                ? nil
                : AppError.Fault(FaultCode.value, at: place, "Must be one of: \(choices.joined(separator: ", ")).")
        case .schedule: scheduleFault(text, place)
        case .duration: durationFault(text, place)
        case .time:
            Timestamp(rfc3339: text) != nil
                ? nil : AppError.Fault(FaultCode.format, at: place, "Must be an RFC 3339 date-time with a zone.")
        case .id, .flag, .count, .integer, .object, .map, .nested, .list, .any: nil
        }
    }

    private func numberFault(_ value: JSONValue, _ range: ClosedRange<Int>, _ place: String) -> AppError.Fault? {
        if let number = value.int64Value, range.contains(Int(number)) { return nil }
        let bounds = range.upperBound == .max ? "not below 0" : "from \(range.lowerBound) to \(range.upperBound)"
        return AppError.Fault(FaultCode.value, at: place, "Must be a whole number \(bounds).")
    }

    private func durationFault(_ text: String, _ place: String) -> AppError.Fault? {
        do {
            guard try ISODuration(parsing: text).seconds >= 60 else {
                return AppError.Fault(FaultCode.value, at: place, "Must be at least one minute (PT1M).")
            }
            return nil
        } catch {
            return AppError.Fault(pointer: place, code: error.code, detail: error.message)
        }
    }

    private func textFault(
        _ text: String, _ length: ClosedRange<Int>, _ pointer: String, isLabel: Bool
    ) -> AppError.Fault? {
        let count = text.trimmed.unicodeScalars.count
        guard length.contains(count), isLabel || text.unicodeScalars.count <= length.upperBound else {
            return AppError.Fault(
                FaultCode.length, at: pointer, "Must have \(length.lowerBound) to \(length.upperBound) characters.")
        }
        return text.trimmed.unicodeScalars.contains(where: \.isControl)
            ? AppError.Fault(FaultCode.format, at: pointer, "Must have no control characters.") : nil
    }

    private func tagFault(_ text: String, _ pointer: String) -> AppError.Fault? {
        text.isTag ? nil : AppError.Fault(FaultCode.format, at: pointer, "Must be 1 to 64 of [a-z0-9._-].")
    }

    private func scheduleFault(_ text: String, _ pointer: String) -> AppError.Fault? {
        do {
            _ = try Schedule(parsing: text)
            return nil
        } catch {
            return AppError.Fault(pointer: pointer, code: error.code, detail: error.message)
        }
    }
}

extension String {
    /// Without the white space around it.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }

    /// Whether it is 1 to 64 of `[a-z0-9._-]`.
    var isTag: Bool {
        (1...64).contains(utf8.count)
            && unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "a"..."z", "0"..."9", ".", "_", "-": true
                default: false
                }
            }
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { properties.generalCategory == .control }
}
