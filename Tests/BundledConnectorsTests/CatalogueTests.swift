import ConnectorAPI
import Declarative
import Domain
import Egress
import Interpolation
import JSON
import Testing

@testable import BundledConnectors

@Suite("Bundled connectors")
struct CatalogueTests {
    private func descriptors() throws -> [ConnectorDescriptor] {
        let surroundings = DeclarativeSurroundings(
            egress: EgressGuard(allowing: [], resolver: HostResolver { _ in [] }),
            now: { DateTime(Timestamp(milliseconds: 0)) },
            clock: MonotonicClock(now: { .zero }, sleep: { _ in }), uuid: { "" })
        return try BundledConnectors.all(surroundings: surroundings).map(\.descriptor)
    }

    @Test("can be read, and say what they are")
    func descriptions() throws {
        let all = try descriptors()
        #expect(all.map(\.type) == ["azure", "github", "jira", "okta", "workday"])
        #expect(all.allSatisfy { $0.docsURL == "/docs/connectors/" + $0.type && $0.version == "1.0.0" })
        #expect(all.allSatisfy { $0.description.hasSuffix(".") && !$0.description.contains("\n") })
    }

    @Test("mark their secrets, say what every field is, and which tell where a source is")
    func schemas() throws {
        let secrets = [
            "azure": ["client_secret"], "github": ["token"], "jira": ["api_token"], "okta": ["api_token"],
            "workday": ["password"],
        ]
        for descriptor in try descriptors() {
            let schema = try JSONSchema(descriptor.configSchema)
            #expect(schema.secretPaths() == secrets[descriptor.type], "\(descriptor.type)")
            for member in descriptor.configSchema["properties"]?.objectValue ?? [:] {
                #expect(member.value["title"] != nil, "\(descriptor.type).\(member.name)")
                let isSecret = member.value["x-secret"] == true
                #expect(isSecret || member.value["x-identity"] != nil, "\(descriptor.type).\(member.name)")
                // A pattern that couldn't be read would be left out.
                let isAddress = member.name.hasSuffix("_url") || member.name == "start_date"
                #expect(!isAddress || member.value["pattern"] != nil, "\(descriptor.type).\(member.name)")
            }
        }
    }
}
