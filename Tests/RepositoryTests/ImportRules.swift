/// What one target may import: the table of the architecture.
///
/// `own` and `packages` are also what Package.swift must declare for it, no more and no less.
struct ImportRule: Sendable {
    let target: String
    /// The target's folder, below the root.
    let folder: String
    /// Our own modules.
    let own: Set<String>
    /// Modules of other packages.
    let packages: Set<String>
    /// Modules of the toolchain and of the system, besides ``everywhere``.
    let platform: Set<String>

    /// Modules of the toolchain that every target may import.
    static let everywhere: Set = ["Synchronization"]

    init(
        _ target: String, folder: String? = nil, own: Set<String> = [], packages: Set<String> = [],
        platform: Set<String> = []
    ) {
        self.target = target
        self.folder = folder ?? "Sources/\(target)"
        self.own = own
        self.packages = packages
        self.platform = platform
    }

    var allowed: Set<String> { own.union(packages).union(platform).union(Self.everywhere) }
}

extension ImportRule {
    /// Values and shapes, then contracts, then parts behind the contracts, then what puts them together.
    static let all: [ImportRule] = [
        ImportRule("JSON"),
        ImportRule("Domain", own: ["JSON"]),
        ImportRule("WireAPI", own: ["JSON"]),
        ImportRule("APIDescription", own: ["Domain", "JSON"]),

        // Crypto: the entity tags of the pages.
        ImportRule("Docs", own: ["Domain", "JSON"], packages: ["Crypto"]),

        // Figures in memory and the text that shows them.
        ImportRule("Meters"),
        ImportRule("StoreAPI", own: ["Meters", "Domain"]),
        // Crypto: hashes of long keys. Dispatch and Glibc: the threads on which connectors may block.
        ImportRule("ConnectorAPI", own: ["Domain", "JSON"], packages: ["Crypto"], platform: ["Dispatch", "Glibc"]),

        // Python's values and the language of manifests' templates. Crypto: hashes are filters. Glibc: floats as text.
        ImportRule("Interpolation", own: ["Domain", "JSON"], packages: ["Crypto"], platform: ["Glibc"]),
        // The form in which connectors of other engines talk: messages, and any connector of ours run by it.
        ImportRule("AirbyteProtocol", own: ["ConnectorAPI", "Domain", "JSON"]),

        // The only code that resolves names and says which addresses may be connected to.
        ImportRule("Egress", own: ["Domain"], platform: ["Glibc"]),
        // Dispatch: names are looked up on threads that may block.
        ImportRule(
            "HTTPFetch", own: ["Egress", "Inflation", "Domain"],
            packages: ["AsyncHTTPClient", "NIOCore", "NIOPosix", "NIOHTTP1"],
            platform: ["Dispatch"]),
        ImportRule("CLibPQ"),
        // Dispatch: requests to cancel wait for their servers on threads of their own.
        ImportRule("LibPQ", own: ["Egress", "Domain", "CLibPQ"], platform: ["Glibc", "Dispatch"]),
        ImportRule("TenantFiles", own: ["ConnectorAPI", "Domain"], platform: ["Glibc"]),

        ImportRule("CMalloc"),
        ImportRule("CZlib"),
        ImportRule("Inflation", own: ["CZlib"]),
        ImportRule("CSQLite"),
        ImportRule(
            "FileConnector", folder: "Sources/Connectors/File",
            own: ["ConnectorAPI", "TenantFiles", "Domain", "JSON", "CZlib"], platform: ["Glibc"]),
        ImportRule(
            "SQLConnectors", folder: "Sources/Connectors/SQL",
            own: ["ConnectorAPI", "TenantFiles", "Domain", "JSON", "Egress", "LibPQ"], packages: ["GRDBSQLite"],
            platform: ["Glibc"]),
        ImportRule(
            "Declarative", folder: "Sources/Connectors/Declarative",
            own: [
                "Interpolation", "Inflation", "HTTPFetch", "Egress", "AirbyteProtocol", "ConnectorAPI", "Domain",
                "JSON", "CZlib",
            ], packages: ["Yams", "Crypto", "CryptoExtras"]),
        // Manifests of well-known APIs.
        ImportRule(
            "BundledConnectors", folder: "Sources/Connectors/Bundled",
            own: ["Declarative", "ConnectorAPI", "Domain", "JSON"]
        ),
        // What both stores keep in the same form. Glibc: keys are compared.
        ImportRule("StoreRows", own: ["StoreAPI", "Domain", "JSON"], platform: ["Glibc"]),
        ImportRule(
            "StoreSQLite", own: ["StoreRows", "StoreAPI", "Meters", "Domain", "JSON", "CSQLite"],
            packages: ["GRDB", "GRDBSQLite"], platform: ["Glibc", "Dispatch"]),
        // Dispatch and Glibc: the threads of the pool.
        ImportRule(
            "StorePostgres", own: ["StoreRows", "StoreAPI", "Meters", "Domain", "JSON", "Egress", "LibPQ"],
            platform: ["Glibc", "Dispatch"]),
        ImportRule(
            "Vault", own: ["StoreAPI", "Domain", "JSON"], packages: ["Crypto"], platform: ["Glibc"]),
        ImportRule(
            "Tokens", own: ["Vault", "StoreAPI", "Meters", "Domain", "JSON"], packages: ["Crypto", "CryptoExtras"]),

        ImportRule(
            "Engine", own: ["StoreAPI", "ConnectorAPI", "Vault", "Meters", "Domain"], packages: ["Logging"]),
        ImportRule("Scheduler", own: ["StoreAPI", "Meters", "Domain"], packages: ["Logging"]),
        ImportRule(
            "Registry", own: ["StoreAPI", "ConnectorAPI", "Tokens", "Vault", "Meters", "Domain", "JSON"],
            packages: ["Crypto"]),

        ImportRule(
            "HTTPAPI", own: ["APIDescription", "Docs", "Registry", "Tokens", "WireAPI", "Meters", "Domain", "JSON"],
            packages: ["Hummingbird", "HummingbirdCore", "HTTPTypes", "NIOCore", "NIOHTTP1", "Logging"]),
        ImportRule(
            "TributaryClient", own: ["WireAPI", "JSON"], packages: ["AsyncHTTPClient", "NIOCore", "NIOHTTP1"]),

        ImportRule(
            "Bootstrap",
            own: [
                "Domain", "JSON", "StoreAPI", "ConnectorAPI", "StoreSQLite", "StorePostgres", "FileConnector",
                "SQLConnectors", "Egress", "Interpolation", "HTTPFetch", "LibPQ", "TenantFiles", "Vault", "Meters",
                "Tokens", "Engine", "Scheduler", "AirbyteProtocol", "Declarative", "BundledConnectors",
                "Registry",
                "HTTPAPI", "CMalloc",
            ],
            packages: ["Hummingbird", "ServiceLifecycle", "UnixSignals", "Configuration", "Logging"],
            platform: ["Foundation", "FoundationEssentials", "Glibc", "Dispatch"]),
        ImportRule(
            "tributary", own: ["Bootstrap", "AirbyteProtocol", "TributaryClient", "WireAPI", "Domain", "JSON"],
            packages: ["ArgumentParser"],
            platform: ["Foundation", "FoundationEssentials", "Glibc", "Dispatch"]),

        ImportRule(
            "TestSupport", folder: "Sources/Testing/TestSupport", own: ["Domain", "JSON", "StoreAPI", "ConnectorAPI"],
            platform: ["Foundation", "FoundationEssentials", "Glibc", "Testing"]),
        ImportRule(
            "FaultKit", folder: "Sources/Testing/FaultKit",
            own: ["TestSupport", "CLibPQ", "TributaryClient", "WireAPI", "JSON"],
            platform: ["Foundation", "Glibc", "Dispatch"]),
        ImportRule(
            "StoreContract", folder: "Sources/Testing/StoreContract",
            own: ["StoreAPI", "Domain", "JSON", "TestSupport"], platform: ["Dispatch"]),
        ImportRule(
            "TestStores", folder: "Sources/Testing/TestStores",
            own: ["StoreSQLite", "StorePostgres", "StoreAPI", "Domain", "FaultKit", "TestSupport"],
            platform: ["Foundation"]),
        ImportRule(
            "CannedServer", folder: "Sources/Testing/CannedServer", packages: ["NIOCore", "NIOPosix", "NIOHTTP1"]),
        // What requests are measured against.
        ImportRule(
            "HelloWorld", folder: "Sources/Testing/HelloWorld", packages: ["Hummingbird"], platform: ["Glibc"]),
        // Single steps, timed and counted.
        ImportRule(
            "Benchmarks", folder: "Benchmarks",
            own: [
                "ConnectorAPI", "FileConnector", "SQLConnectors", "StoreAPI", "StoreSQLite", "StorePostgres",
                "Registry", "HTTPAPI", "Tokens", "Vault", "Domain", "JSON",
            ],
            packages: ["Hummingbird", "HTTPTypes", "NIOCore", "NIOEmbedded", "Logging"],
            platform: ["FoundationEssentials", "Glibc", "Dispatch"]),
    ]

    /// Files that may import a module of the platform which their target as a whole may not, and why.
    static let exceptions: [(file: String, module: String, reason: String)] = [
        ("Sources/Domain/Schedule/ZoneClock.swift", "FoundationEssentials", timeZones),
        ("Sources/Domain/Schedule/ZoneClock.swift", "FoundationInternationalization", timeZones),
    ]

    private static let timeZones = "only Foundation knows the time zones' rules"

    /// The rule of the target that `path` belongs to.
    static func of(_ path: String) -> ImportRule? { all.first { path.hasPrefix($0.folder + "/") } }

    /// The imports of `file` that `rule` doesn't allow.
    func complaints(about file: SourceTree.File) -> [Complaint] {
        Self.imports(in: file.code).filter { found in
            !allowed.contains(found.module)
                && !Self.exceptions.contains { $0.file == file.path && $0.module == found.module }
        }
        .map { Complaint(path: file.path, line: $0.line, rule: "\(target) may not import \($0.module)") }
    }

    /// The module of every import line, whatever attributes and access level stand before it.
    static func imports(in code: SwiftCode) -> [(line: Int, module: String)] {
        zip(1..., code.lines).compactMap { number, line in
            let words = line.split { $0 == " " || $0 == ";" }
            guard let place = words.firstIndex(of: "import"), words[..<place].allSatisfy(isImportModifier) else {
                return nil
            }
            var rest = words[(place + 1)...]
            if let kind = rest.first,
                ["struct", "class", "enum", "protocol", "func", "var", "typealias"].contains(kind)
            {
                rest = rest.dropFirst()
            }
            guard let module = rest.first?.split(separator: ".").first else { return nil }
            return (number, String(module))
        }
    }

    private static func isImportModifier(_ word: Substring) -> Bool {
        word.hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains(word)
    }
}
