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
        missing(in: object) + object.members.compactMap(fault)
    }

    private func use(of field: ResourceField) -> ResourceField.Use {
        verb == .create ? field.onCreate : field.onPatch
    }

    private func missing(in object: JSONObject) -> [AppError.Fault] {
        fields.filter { use(of: $0) == .required && object[$0.name] == nil }
            .map { AppError.Fault(FaultCode.required, at: place.appending($0.name).description) }
    }

    private func fault(of member: JSONObject.Member) -> AppError.Fault? {
        let pointer = place.appending(member.name).description
        guard let field = fields.first(where: { $0.name == member.name }) else {
            return AppError.Fault(FaultCode.unknown, at: pointer)
        }
        if use(of: field) == .refused { return AppError.Fault(FaultCode.serverStamped, at: pointer) }
        if member.value.isNull {
            let isAbsent = field.isNullable || (verb == .create && use(of: field) == .optional)
            return isAbsent ? nil : wrongType(field, member.value, pointer)
        }
        return FormCheck(form: field.form).fault(of: member.value, at: pointer)
    }

    private func wrongType(_ field: ResourceField, _ value: JSONValue, _ pointer: String) -> AppError.Fault {
        AppError.Fault(FaultCode.type, at: pointer, "Must be of type \(field.form.jsonType), not \(value.kind).")
    }
}

/// Checks one value that isn't `null` against the form of its field.
struct FormCheck {
    let form: ResourceField.Form

    func fault(of value: JSONValue, at pointer: String) -> AppError.Fault? {
        guard value.kind == form.jsonType else {
            return AppError.Fault(
                FaultCode.type, at: pointer, "Must be of type \(form.jsonType), not \(value.kind).")
        }
        switch form {
        case .text(let length): return textFault(value.stringValue ?? "", length, pointer)
        case .tag: return tagFault(value.stringValue ?? "", pointer)
        case .choice(let choices):
            return choices.contains(value.stringValue ?? "")
                ? nil
                : AppError.Fault(FaultCode.value, at: pointer, "Must be one of: \(choices.joined(separator: ", ")).")
        case .schedule: return scheduleFault(value.stringValue ?? "", pointer)
        case .list(let most):
            return (value.arrayValue?.count ?? 0) <= most
                ? nil : AppError.Fault(FaultCode.length, at: pointer, "Must have at most \(most) elements.")
        case .id, .time, .flag, .count, .object: return nil
        }
    }

    private func textFault(_ text: String, _ length: ClosedRange<Int>, _ pointer: String) -> AppError.Fault? {
        guard length.contains(text.trimmed.unicodeScalars.count) else {
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
