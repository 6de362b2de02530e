public import JSON

/// How one process is doing.
public struct HealthBody: WireValue, Hashable {
    /// `ok` when it is.
    public var status: String
    /// Of the program.
    public var version: String
    /// `all api worker`.
    public var role: String
    /// Names the process.
    public var workerID: String
    /// `ok` when it answers.
    public var database: String

    private enum Field: String {
        case status
        case version
        case role
        case workerID = "worker_id"
        case database
    }

    /// Makes one.
    public init(status: String, version: String, role: String, workerID: String, database: String) {
        self.status = status
        self.version = version
        self.role = role
        self.workerID = workerID
        self.database = database
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        status = try fields[.status]
        version = try fields[.version]
        role = try fields[.role]
        workerID = try fields[.workerID]
        database = try fields[.database]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.status, status)
        writer.member(Field.version, version)
        writer.member(Field.role, role)
        writer.member(Field.workerID, workerID)
        writer.member(Field.database, database)
        writer.endObject()
    }
}
