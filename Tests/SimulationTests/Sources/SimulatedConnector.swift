import ConnectorAPI
import Domain
import JSON

/// Reads the true tables for one process, as well or as badly as the seed has it.
final class SimulatedConnector: Connector, @unchecked Sendable {
    static let type = "simulated"

    private let node: Node
    private let truth: Truth
    private let trouble: Trouble
    private let examiner: Examiner

    init(node: Node, truth: Truth, trouble: Trouble, examiner: Examiner) {
        self.node = node
        self.truth = truth
        self.trouble = trouble
        self.examiner = examiner
    }

    var descriptor: ConnectorDescriptor { Self.descriptor }

    static let descriptor = ConnectorDescriptor(
        type: type, title: "Simulated", description: "Reads a simulated system.", docsURL: "/docs",
        configSchema: [
            "type": "object",
            "properties": ["host": ["type": "string", "x-identity": true], "note": ["type": "string"]],
            "additionalProperties": false,
        ],
        capabilities: [.check, .discover, .full, .incremental], version: "1")

    private static let offered = Truth.Kind.allCases.map { kind in
        EntityDescription(
            name: kind.rawValue, jsonSchema: ["type": "object"], primaryKey: ["id"], modes: [.full, .incremental])
    }

    func check(_ context: ConnectorContext) async throws {}

    func discover(_ context: ConnectorContext) async throws -> [EntityDescription] { Self.offered }

    func read(_ plan: ReadPlan, _ context: ConnectorContext) async throws -> any RecordReader {
        let host = context.config["host"]?.stringValue ?? ""
        let isPoisoned = trouble.poison.map { host.hasPrefix($0) } ?? false
        if isPoisoned, !trouble.isPoisonSlow {
            node.world.crash(node)
            throw CancellationError()
        }
        let reader = SimulatedReader(plan: plan, host: host, node: node, truth: truth, trouble: trouble)
        reader.isPoisoned = isPoisoned
        reader.liveBefore = examiner.liveCounts(of: host, readBy: node)
        node.reader = reader
        examiner.noteRead(reader, of: host, by: node)
        node.world.note(.source, 1) {
            "\(node.name) reads \(host): "
                + reader.parts.map { "\($0.entity) \($0.mode) from \($0.from ?? -1)" }
                .joined(separator: ", ") + " \(reader.fault)"
        }
        return reader
    }
}
