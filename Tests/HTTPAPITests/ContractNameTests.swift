import Domain
import JSON
import Testing
import WireAPI

@Suite("The contract and what else has its names")
struct ContractNameTests {
    /// A resource with the shape that has it on the wire.
    struct Shape: Sendable, CustomTestStringConvertible {
        let resource: Resource
        /// Reads a body and writes it again.
        let again: @Sendable (JSONValue) throws -> [UInt8]
        var testDescription: String { resource.name }

        init(_ resource: Resource, _ type: (some WireValue).Type) {
            self.resource = resource
            again = { try type.init(json: $0).serialized() }
        }
    }

    static let answers = [
        Shape(.dataSource, DataSourceBody.self), Shape(.lastError, LastErrorBody.self),
        Shape(.syncRun, SyncRunBody.self), Shape(.entityCounts, EntityCountsBody.self),
        Shape(.runError, RunErrorBody.self), Shape(.reject, RejectBody.self), Shape(.record, RecordBody.self),
        Shape(.pushResult, PushBody.self), Shape(.pushReject, PushRejectBody.self),
        Shape(.erasure, ErasureBody.self), Shape(.connector, ConnectorBody.self), Shape(.entity, EntityBody.self),
        Shape(.check, CheckBody.self), Shape(.checkError, CheckErrorBody.self),
        Shape(.schedulePreview, ScheduleBody.self), Shape(.application, ApplicationBody.self),
        Shape(.apiKey, APIKeyBody.self), Shape(.accessToken, TokenBody.self),
        Shape(.auditEntry, AuditEntryBody.self), Shape(.health, HealthBody.self), Shape(.problem, Problem.self),
        Shape(.fault, FaultBody.self), Shape(.entitySelection, EntitySelectionBody.self),
    ]

    static let requests = [
        Shape(.dataSource, NewDataSourceBody.self), Shape(.application, NewApplicationBody.self),
        Shape(.apiKey, NewAPIKeyBody.self), Shape(.syncRequest, SyncRequestBody.self),
        Shape(.eraseRequest, EraseRequestBody.self), Shape(.checkRequest, CheckRequestBody.self),
        Shape(.scheduleRequest, ScheduleRequestBody.self), Shape(.manifest, NewConnectorBody.self),
    ]

    @Test("an answer's shape has the fields of its resource and no others, in their order", arguments: answers)
    func answered(shape: Shape) throws {
        let names = try JSONValue(parsing: shape.again(.object(shape.resource.example))).objectValue?.map(\.name)
        #expect(names == shape.resource.fields.map(\.name))
    }

    @Test("what a client sends has the fields that the contract lets it set and no others", arguments: requests)
    func sent(shape: Shape) throws {
        let fields = shape.resource.fields.filter { $0.onCreate != .refused }
        let body = JSONObject(fields.map { ($0.name, $0.example) })
        let names = try JSONValue(parsing: shape.again(.object(body))).objectValue?.map(\.name)
        // What has nothing to say is left out.
        #expect(names?.sorted() == fields.filter { !$0.example.isNull }.map(\.name).sorted())
    }

    @Test("every resource that is answered has a shape")
    func shapes() {
        let taken = Set(Self.requests.map(\.resource.name)).union(["TokenRequest", "PushedItem"])
        let known = Set(Self.answers.map(\.resource.name)).union(taken)
        #expect(Set(Contract.resources.map(\.name)).subtracting(known) == [])
    }

    @Test("the paths that clients build are those of the contract")
    func paths() {
        let wire: Set = [
            Paths.datasources.template, Paths.datasource.template, Paths.sync.template, Paths.check.template,
            Paths.entities.template, Paths.erase.template, Paths.runs.template, Paths.run.template,
            Paths.cancel.template, Paths.rejects.template, Paths.events.template, Paths.records.template,
            Paths.changes.template, Paths.connectors.template, Paths.connector.template,
            Paths.connectorCheck.template, Paths.schedulePreview.template, Paths.applications.template,
            Paths.application.template, Paths.applicationKeys.template, Paths.applicationKey.template,
            Paths.token.template, Paths.audit.template, Paths.health.template, Paths.ready.template,
            Paths.metrics.template, Paths.keySet.template, Paths.manifest.template, Paths.openAPI.template,
        ]
        #expect(wire.symmetricDifference(Contract.operations.map(\.path)) == [])
    }

    @Test("every error code that the contract names is declared by the target that throws it")
    func codes() {
        let named = Contract.commonErrors + Contract.operations.flatMap(\.errors)
        #expect(Set(named).filter { Stage.errors[$0] == nil } == [])
    }
}
