import Domain
import JSON

/// The members of a small request body; `check` throws everything that is wrong with it as `request.invalid`.
struct RequestBody {
    private let object: JSONObject
    private(set) var faults: [AppError.Fault] = []

    /// Takes a body, or its absence for an empty object; throws `request.invalid` when it isn't an object.
    init(_ body: JSONValue?, allowing names: [String]) throws {
        guard let body else {
            object = JSONObject()
            return
        }
        guard let object = body.objectValue else {
            throw AppError(
                .requestInvalid,
                faults: [AppError.Fault(FaultCode.type, at: "", "Must be of type object, not \(body.kind).")])
        }
        self.object = object
        faults = object.names.filter { !names.contains($0) }
            .map { AppError.Fault(FaultCode.unknown, at: JSONPointer([$0]).description) }
    }

    /// The member's value if it is there, not null and of this form; a fault is noted otherwise.
    mutating func value(_ name: String, _ form: ResourceField.Form) -> JSONValue? {
        guard let value = object[name], !value.isNull else { return nil }
        if let fault = FormCheck(form: form).fault(of: value, at: JSONPointer([name]).description) {
            faults.append(fault)
            return nil
        }
        return value
    }

    /// As ``value(_:_:)``, with a fault when it is missing.
    mutating func required(_ name: String, _ form: ResourceField.Form) -> JSONValue? {
        guard let value = object[name], !value.isNull else {
            faults.append(AppError.Fault(FaultCode.required, at: JSONPointer([name]).description))
            return nil
        }
        return self.value(name, form) ?? value
    }

    mutating func add(_ fault: AppError.Fault) { faults.append(fault) }

    /// Throws `request.invalid` if anything was wrong.
    func check() throws {
        if !faults.isEmpty { throw AppError(.requestInvalid, faults: faults) }
    }
}
