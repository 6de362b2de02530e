import ConnectorAPI
import Declarative
import Domain
import Egress
import Interpolation
import JSON
import TestSupport
import Testing

@testable import BundledConnectors

@Suite("Bundled connectors")
struct CatalogueTests {
    private let surroundings = DeclarativeSurroundings(
        egress: EgressGuard(allowing: [], resolver: HostResolver { _ in [] }),
        now: { DateTime(Timestamp(milliseconds: 0)) },
        clock: MonotonicClock(now: { .zero }, sleep: { _ in }), uuid: { "" })

    private func descriptors() -> [ConnectorDescriptor] {
        BundledConnectors.all(surroundings: surroundings).map(\.descriptor)
    }

    @Test("can be read, and say what they are")
    func descriptions() {
        #expect(BundledConnectors.problems(surroundings: surroundings).isEmpty)
        let all = descriptors()
        #expect(all.map(\.type) == ["azure", "github", "jira", "okta", "workday"])
        #expect(all.allSatisfy { $0.docsURL == "/docs/connectors/" + $0.type && $0.version == "1.0.0" })
        #expect(all.allSatisfy { $0.description.hasSuffix(".") && !$0.description.contains("\n") })
    }

    @Test("are read when something of them is needed, not when a catalogue is made")
    func readLate() throws {
        let connectors = BundledConnectors.all(surroundings: surroundings)
        let catalog = ConnectorCatalog(connectors)
        let bundled = try connectors.map { try #require($0 as? BundledConnector) }
        #expect(catalog.builtIn("okta") != nil && bundled.allSatisfy { !$0.isRead })
        #expect(try catalog.connector("okta").descriptor.title == "Okta")
        #expect(bundled.filter(\.isRead).map(\.type) == ["okta"])
    }

    @Test("that can't be read say so, whatever they are asked")
    func unreadable() async throws {
        let broken = BundledManifest(type: "broken", title: "Broken", version: "1", text: "version: 99.0.0")
        let connector = BundledConnector(broken, surroundings: surroundings)
        #expect(connector.descriptor.description.hasPrefix("The connector broken can't be used: "))
        #expect(connector.problem == connector.descriptor.description)
        let context = ConnectorContext(tenant: .named("acme"), config: [:])
        let error = await #expect(throws: AppError.self) { try await connector.check(context) }
        #expect(error?.code == "declarative.manifest_invalid")
    }

    @Test("mark their secrets, say what every field is, and which tell where a source is")
    func schemas() throws {
        let secrets = [
            "azure": ["client_secret"], "github": ["token"], "jira": ["api_token"], "okta": ["api_token"],
            "workday": ["password"],
        ]
        for descriptor in descriptors() {
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
