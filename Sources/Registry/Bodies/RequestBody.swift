import Domain
import JSON

/// A request's body, checked against the resource that declares it; `check` throws everything that is wrong with it.
struct RequestBody {
    private let object: JSONObject
    private(set) var faults: [AppError.Fault] = []

    /// Takes a body, or its absence for an empty object; throws `request.invalid` when it isn't an object.
    init(_ body: JSONValue?, as resource: Resource, _ verb: FieldCheck.Verb = .create) throws {
        guard let object = (body ?? .object(JSONObject())).objectValue else {
            throw AppError(
                .requestInvalid,
                faults: [AppError.Fault(FaultCode.type, at: "", "Must be of type object, not \(body?.kind ?? "").")])
        }
        let faults = FieldCheck(fields: resource.fields, verb: verb).faults(of: object)
        self.object = object
        self.faults = faults
    }

    /// The member's value where it is there, not null, and nothing is wrong with the body.
    subscript(name: String) -> JSONValue? {
        guard faults.isEmpty, let value = object[name], !value.isNull else { return nil }
        return value
    }

    /// Whether the body has the member, null or not.
    func has(_ name: String) -> Bool { object[name] != nil }

    /// The names of the body's members.
    var names: [String] { object.names }

    /// Notes what else is wrong.
    mutating func add(_ fault: AppError.Fault) { faults.append(fault) }

    /// Throws the code, by default `request.invalid`, if anything was wrong.
    func check(_ code: ErrorCode = .requestInvalid) throws {
        if !faults.isEmpty { throw AppError(code, faults: faults) }
    }
}
