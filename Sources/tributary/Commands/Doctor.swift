import ArgumentParser
import Bootstrap
import Domain
import JSON
import TributaryClient
import WireAPI

/// Looks at everything that the service needs and prints a checklist.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check settings, data folder, keys, database, files and clock.",
        discussion: """
            Exits with 1 if anything needs attention.

            Example:
              tributary doctor --database-url sqlite:/var/lib/tributary/tributary.db
            """)

    private static let mostClockDifference: Duration = .seconds(5)

    @Option(help: "The server whose clock to compare; TRIBUTARY_URL. (default: \(ClientOptions.defaultURL))")
    var url: String?

    @Flag(help: "Print JSON instead of a checklist.")
    var json = false

    @OptionGroup(title: "Settings")
    var settings: SettingFlags

    func run() async throws {
        let findings = await examineMachine() + examineServer()
        let isWell = findings.allSatisfy(\.isOK)
        if json {
            try Surroundings.current.output.json(Self.report(findings, isWell))
        } else {
            Self.write(findings, isWell)
        }
        if !isWell { throw ExitCode(1) }
    }

    private func examineMachine() async -> [Finding] {
        do {
            let settings = try await settings.load()
            return [Finding(name: "settings", isOK: true, detail: "valid")] + (await Tributary.examine(settings))
        } catch let error as AppError {
            return error.faults.map { fault in
                Finding(
                    name: "settings", isOK: false, detail: "\(fault.pointer) \(fault.detail)",
                    hint: "tributary --help lists all settings")
            }
        } catch {
            return [Finding(name: "settings", isOK: false, detail: "they can't be read")]
        }
    }

    private func examineServer() async -> [Finding] {
        let variable = Surroundings.current.environment["TRIBUTARY_URL"].flatMap { $0.isEmpty ? nil : $0 }
        let address = url ?? variable ?? ClientOptions.defaultURL
        // What is looked for is how things stand now.
        let client = TributaryClient(
            url: address, token: nil, limits: ClientLimits(attempts: 1), surroundings: .ofCommand)
        let findings = await Self.findings(about: client, at: address)
        await client.close()
        return findings
    }

    private static func findings(about client: TributaryClient, at address: String) async -> [Finding] {
        do {
            let date = try await client.server.date()
            let health = try await client.health()
            return [
                Finding(
                    name: "server", isOK: health.status == "ok",
                    detail: "\(address) runs version \(health.version), status \(health.status)"),
                clock(date),
            ]
        } catch let error as ConnectionError where error.reason == .unreachable {
            return [Finding(name: "server", isOK: true, detail: "none answers at \(address); clock not compared")]
        } catch {
            return [
                Finding(
                    name: "server", isOK: false, detail: "\(address): \(error)", hint: "look at the server's log")
            ]
        }
    }

    private static func clock(_ date: String?) -> Finding {
        guard let time = date.flatMap(Timestamp.init(httpDate:)) else {
            return Finding(name: "clock", isOK: true, detail: "the server sends no date; not compared")
        }
        let difference = Surroundings.current.wallClock.now() - time
        let isClose = difference > .zero - mostClockDifference && difference < mostClockDifference
        return Finding(
            name: "clock", isOK: isClose, detail: "\(difference.components.seconds) s ahead of the server's",
            hint: isClose ? nil : "set both machines by NTP: tokens are refused when clocks differ")
    }

    private static func report(_ findings: [Finding], _ isWell: Bool) -> JSONObject {
        let items = findings.map { finding -> JSONValue in
            [
                "name": .string(finding.name), "ok": .bool(finding.isOK), "detail": .string(finding.detail),
                "hint": finding.hint.map { .string($0) } ?? .null,
            ]
        }
        return ["ok": .bool(isWell), "findings": .array(items)]
    }

    private static func write(_ findings: [Finding], _ isWell: Bool) {
        let output = Surroundings.current.output
        let width = findings.reduce(0) { max($0, DisplayWidth.of($1.name)) }
        for finding in findings {
            let mark = finding.isOK ? "ok  " : "FAIL"
            let shown = output.usesColours ? (finding.isOK ? Colour.green : .red).around(mark) : mark
            let name = finding.name.padded(to: width, isRightAligned: false)
            output.line("\(shown)  \(name)  \(finding.detail.printable)")
            if let hint = finding.hint, !finding.isOK { output.line("      \(hint)") }
        }
        output.line(isWell ? "All is well." : "Something needs attention.")
    }
}

extension Timestamp {
    /// Reads an HTTP date in its preferred form, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7).
    init?(httpDate text: String) {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        self.init(rfc3339: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}
