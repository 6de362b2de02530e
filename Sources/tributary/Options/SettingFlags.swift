import ArgumentParser
import Bootstrap

/// A flag for every setting that isn't a secret.
struct SettingFlags: ParsableArguments {
    @Option(help: Self.help(.configFile)) var configFile: String?
    @Option(help: Self.help(.databaseURL)) var databaseURL: String?
    @Option(help: Self.help(.httpHost)) var httpHost: String?
    @Option(help: Self.help(.httpPort)) var httpPort: String?
    @Option(help: Self.help(.workers)) var workers: String?
    @Option(help: Self.help(.tenantRuns)) var tenantRuns: String?
    @Option(help: Self.help(.hostRuns)) var hostRuns: String?
    @Option(help: Self.help(.rateLimit)) var rateLimit: String?
    @Option(help: Self.help(.deletedRetention)) var deletedRetention: String?
    @Option(help: Self.help(.tombstoneRetention)) var tombstoneRetention: String?
    @Option(help: Self.help(.runRetention)) var runRetention: String?
    @Option(help: Self.help(.leaseSeconds)) var leaseSeconds: String?
    @Option(help: Self.help(.egressAllow)) var egressAllow: String?
    @Option(help: Self.help(.filesRoot)) var filesRoot: String?
    @Option(help: Self.help(.connectorsDir)) var connectorsDir: String?
    @Option(help: Self.help(.logLevel)) var logLevel: String?
    @Option(help: Self.help(.logFormat)) var logFormat: String?

    private static func help(_ setting: Setting) -> ArgumentHelp {
        ArgumentHelp("\(setting.summary); \(setting.variable) (default: \(setting.defaultText))", valueName: "value")
    }

    /// What was given, by the setting's name.
    var values: [String: String] {
        let given: [(Setting, String?)] = [
            (.configFile, configFile), (.databaseURL, databaseURL), (.httpHost, httpHost), (.httpPort, httpPort),
            (.workers, workers), (.tenantRuns, tenantRuns), (.hostRuns, hostRuns), (.rateLimit, rateLimit),
            (.deletedRetention, deletedRetention), (.tombstoneRetention, tombstoneRetention),
            (.runRetention, runRetention), (.leaseSeconds, leaseSeconds), (.egressAllow, egressAllow),
            (.filesRoot, filesRoot), (.connectorsDir, connectorsDir), (.logLevel, logLevel), (.logFormat, logFormat),
        ]
        return Dictionary(uniqueKeysWithValues: given.compactMap { setting, value in value.map { (setting.name, $0) } })
    }

    /// The settings from flags, environment and file.
    func load() async throws -> Settings {
        let surroundings = Surroundings.current
        return try await Settings.load(
            flags: values, environment: surroundings.environment, isTerminal: surroundings.errors.isTerminal)
    }
}
