import ArgumentParser
import Domain
import Egress
import Foundation
import TestSupport
import Testing

@testable import Bootstrap
@testable import tributary

@Suite("Settings")
struct SettingsTests {
    private func load(
        flags: [String: String] = [:], _ environment: [String: String] = [:], isTerminal: Bool = false
    ) async throws -> Settings {
        try await Settings.load(flags: flags, environment: environment, isTerminal: isTerminal)
    }

    /// Loads settings from a file of that name, which is gone afterwards.
    private func load(
        file: String, _ text: String, flags: [String: String] = [:], _ environment: [String: String] = [:]
    ) async throws -> Settings {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = URL(filePath: folder.path, directoryHint: .isDirectory).appending(path: file)
        try Data(text.utf8).write(to: path)
        var environment = environment
        environment["TRIBUTARY_CONFIG_FILE"] = path.path(percentEncoded: false)
        return try await load(flags: flags, environment)
    }

    private func fault(_ environment: [String: String]) async -> AppError? {
        await #expect(throws: AppError.self) { try await load(environment) }
    }

    @Test("without anything set, the defaults of the documentation hold")
    func defaults() async throws {
        let settings = try await load()
        guard case .sqlite(let path) = settings.database else {
            Issue.record("The default database isn't SQLite.")
            return
        }
        #expect(path == "tributary-data/tributary.db")
        #expect(settings.database.folder == "tributary-data")
        #expect(settings.httpHost == "127.0.0.1")
        #expect(settings.httpPort == 8080)
        #expect(settings.masterKeys == nil)
        #expect(settings.jwtIssuers == nil)
        #expect(settings.workers == 4)
        #expect(settings.tenantRuns == 4)
        #expect(settings.hostRuns == 4)
        #expect(settings.rateLimit == nil)
        #expect(settings.deletedRetention == .seconds(2_592_000))
        #expect(settings.tombstoneRetention == .seconds(7_776_000))
        #expect(settings.runRetention == .seconds(7_776_000))
        #expect(settings.lease == .seconds(30))
        #expect(settings.egressAllow == [])
        #expect(settings.filesRoot == nil)
        #expect(settings.connectorsDir == nil)
        #expect(settings.logLevel == "info")
        #expect(settings.logFormat == .json)
        let onTerminal = try await load(isTerminal: true)
        #expect(onTerminal.logFormat == .text)
    }

    @Test("every variable is read")
    func everyVariable() async throws {
        let settings = try await load([
            "TRIBUTARY_DATABASE_URL": "postgres://u:canary@h/db", "TRIBUTARY_HTTP_HOST": "::1",
            "TRIBUTARY_HTTP_PORT": "0", "TRIBUTARY_MASTER_KEYS": "k:canary",
            "TRIBUTARY_JWT_ISSUERS": #"[{"iss":"https://i","secret":"canary"}]"#, "TRIBUTARY_WORKERS": "0",
            "TRIBUTARY_TENANT_RUNS": "2", "TRIBUTARY_HOST_RUNS": "3", "TRIBUTARY_RATE_LIMIT": "10/50",
            "TRIBUTARY_DELETED_RETENTION": "P1D",
            "TRIBUTARY_TOMBSTONE_RETENTION": "P2D", "TRIBUTARY_RUN_RETENTION": "PT3H",
            "TRIBUTARY_LEASE_SECONDS": "600", "TRIBUTARY_EGRESS_ALLOW": "10.0.0.0/8, fd00::/8:5432",
            "TRIBUTARY_FILES_ROOT": "/srv/files", "TRIBUTARY_CONNECTORS_DIR": "/srv/connectors",
            "TRIBUTARY_LOG_LEVEL": "debug", "TRIBUTARY_LOG_FORMAT": "text",
        ])
        guard case .postgres(let url) = settings.database else {
            Issue.record("The database isn't PostgreSQL.")
            return
        }
        #expect(url.withExposed { $0 } == "postgres://u:canary@h/db")
        #expect(settings.database.folder == nil)
        #expect(settings.httpHost == "::1")
        #expect(settings.httpPort == 0)
        #expect(settings.masterKeys?.withExposed { $0 } == "k:canary")
        #expect(settings.jwtIssuers?.withExposed { $0.contains("https://i") } == true)
        #expect(settings.workers == 0)
        #expect(settings.tenantRuns == 2)
        #expect(settings.hostRuns == 3)
        #expect(settings.rateLimit == RateLimit(perSecond: 10, burst: 50))
        #expect(settings.deletedRetention == .seconds(86_400))
        #expect(settings.tombstoneRetention == .seconds(172_800))
        #expect(settings.runRetention == .seconds(10_800))
        #expect(settings.lease == .seconds(600))
        #expect(settings.egressAllow.map(\.prefixLength) == [8, 8])
        #expect(settings.egressAllow.map(\.port) == [nil, 5432])
        #expect(settings.egressAllow.map(\.address.count) == [4, 16])
        #expect(settings.filesRoot == "/srv/files")
        #expect(settings.connectorsDir == "/srv/connectors")
        #expect(settings.logLevel == "debug")
        #expect(settings.logFormat == .text)
        #expect(!"\(settings)".contains("canary"))
    }

    @Test("flags win over the environment, the environment over the file, in JSON and YAML")
    func precedence() async throws {
        for (name, text) in [
            ("s.json", #"{"http_port": 1001, "workers": "11", "lease_seconds": 21, "log_level": "error"}"#),
            ("s.yaml", "http_port: 1001\nworkers: '11'\nlease_seconds: 21\nlog_level: error\n"),
        ] {
            let settings = try await load(
                file: name, text, flags: ["http_port": "3003"],
                ["TRIBUTARY_HTTP_PORT": "2002", "TRIBUTARY_WORKERS": "12"])
            #expect(settings.httpPort == 3003)
            #expect(settings.workers == 12)
            #expect(settings.lease == .seconds(21))
            #expect(settings.logLevel == "error")
        }
    }

    @Test("a file may give a list as one")
    func fileList() async throws {
        let settings = try await load(file: "s.yml", "egress_allow:\n  - 10.0.0.0/8\n  - 192.168.0.0/16:80\n")
        #expect(settings.egressAllow.count == 2)
    }

    @Test("an empty variable counts as not set")
    func empty() async throws {
        let settings = try await load(["TRIBUTARY_HTTP_PORT": "", "TRIBUTARY_FILES_ROOT": ""])
        #expect(settings.httpPort == 8080)
        #expect(settings.filesRoot == nil)
    }

    @Test(
        "a bad value is told by its variable and what is allowed, never by itself",
        arguments: [
            (
                "DATABASE_URL",
                ["mysql://canary", "sqlite:", "sqlite::memory:", "sqlite:canary/", "postgres://", "canary"]
            ),
            ("HTTP_HOST", ["http://canary", "canary:80", "a b", "[::1]"]),
            ("HTTP_PORT", ["canary", "-1", "65536", "80 ", "8e3"]),
            ("JWT_ISSUERS", ["canary", "{}", "[1]", #"[{"secret":"canary"}]"#, #"[{"iss":""}]"#]),
            ("WORKERS", ["-1", "257", "four"]), ("TENANT_RUNS", ["0", "257"]), ("HOST_RUNS", ["0", "257"]),
            ("RATE_LIMIT", ["0", "1/0", "1/2/3", "canary", "1000001", "-5", "/"]),
            ("DELETED_RETENTION", ["30", "P1Y", "-P1D", "canary"]), ("TOMBSTONE_RETENTION", ["P1M"]),
            ("RUN_RETENTION", ["P"]), ("LEASE_SECONDS", ["0", "601"]),
            (
                "EGRESS_ALLOW",
                [
                    "canary", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "10.0.0.0/8:0", "10.0.0.0/8:70000",
                    "10.0.0.0/8,", "10.0.0.0/8:1:2",
                ]
            ),
            ("LOG_LEVEL", ["verbose", "INFO"]), ("LOG_FORMAT", ["xml"]),
            ("CONFIG_FILE", ["/nowhere/canary.json", "/etc/passwd"]),
        ])
    func badValues(name: String, values: [String]) async {
        let setting = Setting.all.first { $0.variable == "TRIBUTARY_\(name)" }
        for value in values {
            let error = await fault(["TRIBUTARY_\(name)": value])
            #expect(error?.code == "settings.invalid", "\(name)=\(value)")
            #expect(error?.faults.map(\.pointer) == ["TRIBUTARY_\(name)"], "\(name)=\(value)")
            #expect(error?.message.contains(setting?.allowed ?? "?") == true, "\(name)=\(value)")
            #expect("\(String(describing: error))".contains("canary") == false, "\(name)=\(value)")
        }
    }

    @Test("all faults are told at once")
    func manyFaults() async {
        let error = await fault(["TRIBUTARY_HTTP_PORT": "x", "TRIBUTARY_WORKERS": "x"])
        #expect(error?.faults.map(\.pointer) == ["TRIBUTARY_HTTP_PORT", "TRIBUTARY_WORKERS"])
    }

    @Test("PostgreSQL needs master keys")
    func masterKeys() async {
        let error = await fault(["TRIBUTARY_DATABASE_URL": "postgres://h/db"])
        #expect(error?.faults.map(\.pointer) == ["TRIBUTARY_MASTER_KEYS"])
    }

    @Test(
        "a files root that overlaps the data folder is refused",
        arguments: ["/srv/data", "/srv/data/files", "/srv", "/", "/srv/x/../data", "/srv/data/"])
    func overlap(root: String) async {
        let error = await fault([
            "TRIBUTARY_DATABASE_URL": "sqlite:/srv/data/t.db", "TRIBUTARY_FILES_ROOT": root,
        ])
        #expect(error?.faults.map(\.pointer) == ["TRIBUTARY_FILES_ROOT"])
    }

    @Test("a files root beside the data folder is fine", arguments: ["/srv/database", "/srv/files", "/data"])
    func beside(root: String) async throws {
        let settings = try await load([
            "TRIBUTARY_DATABASE_URL": "sqlite:/srv/data/t.db", "TRIBUTARY_FILES_ROOT": root,
        ])
        #expect(settings.filesRoot == root)
    }

    @Test("a broken settings file is told without quoting it", arguments: ["s.json", "s.yaml"])
    func brokenFile(name: String) async {
        let error = await #expect(throws: AppError.self) {
            try await load(file: name, "{\"master_keys\": \"canary\n: [")
        }
        #expect(error?.faults.map(\.pointer) == ["TRIBUTARY_CONFIG_FILE"])
        #expect("\(String(describing: error))".contains("canary") == false)
    }

    @Test("every setting that may have a flag has one, and the flag reaches the setting")
    func flags() async throws {
        for setting in Setting.all {
            guard let flag = setting.flag else { continue }
            let flags = try SettingFlags.parse([flag, "value"])
            #expect(flags.values == [setting.name: "value"])
        }
        #expect(Setting.all.filter { !$0.hasFlag }.map(\.name) == ["master_keys", "jwt_issuers"])
    }
}
