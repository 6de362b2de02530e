// swift-tools-version: 6.2
import PackageDescription

// Every target gets the same settings; the table of imports that each may make is in
// Tests/RepositoryTests/ImportRules.swift and is checked there.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")

let tests: [Target] = [
    .testTarget(name: "JSONTests", dependencies: ["JSON"]),
    .testTarget(name: "MetersTests", dependencies: ["Meters"]),
    .testTarget(
        name: "DomainTests", dependencies: ["Domain", "JSON", "TestSupport"], exclude: ["Croniter/times.py"]),
    .testTarget(
        name: "WireAPITests", dependencies: ["WireAPI", "JSON"], exclude: ["Golden"]),
    .testTarget(
        name: "StoreSQLiteTests",
        dependencies: [
            "StoreSQLite", "StoreRows", "StoreContract", "StoreAPI", "Meters", "FaultKit", "Domain", "JSON",
            "TestSupport", grdb,
        ]),
    .testTarget(
        name: "StorePostgresTests",
        dependencies: [
            "StorePostgres", "StoreContract", "StoreAPI", "Domain", "JSON", "LibPQ", "TestSupport", "FaultKit",
        ]),
    .testTarget(
        name: "FileConnectorTests",
        dependencies: ["FileConnector", "TenantFiles", "ConnectorAPI", "Domain", "JSON", "TestSupport", "CZlib"]),
    .testTarget(
        name: "InterpolationTests", dependencies: ["Interpolation", "Domain", "JSON"], exclude: ["Golden"]),
    .testTarget(name: "EgressTests", dependencies: ["Egress", "Domain", "TestSupport"]),
    .testTarget(
        name: "HTTPFetchTests", dependencies: ["HTTPFetch", "Egress", "Domain", "TestSupport", "CannedServer"]),
    .testTarget(
        name: "SQLConnectorsTests",
        dependencies: [
            "SQLConnectors", "Egress", "LibPQ", "CLibPQ", "ConnectorAPI", "TenantFiles", "Domain", "JSON",
            "TestSupport",
            "FaultKit", sqlite,
        ]),
    .testTarget(
        name: "DeclarativeTests",
        dependencies: [
            "Declarative", "Interpolation", "HTTPFetch", "Egress", "AirbyteProtocol", "ConnectorAPI", "Domain", "JSON",
            "CannedServer", "TestSupport",
        ]),
    .testTarget(
        name: "BundledConnectorsTests",
        dependencies: [
            "BundledConnectors", "Declarative", "Interpolation", "Egress", "ConnectorAPI", "Domain", "JSON",
            "CannedServer", "TestSupport",
        ]),
    .testTarget(
        name: "FaultKitTests",
        dependencies: ["FaultKit", "TributaryClient", "WireAPI", "JSON", "CannedServer", "TestSupport"]),
    .testTarget(name: "VaultTests", dependencies: ["Vault", "StoreAPI", "Domain", "JSON", "TestSupport", crypto]),
    .testTarget(
        name: "TokensTests",
        dependencies: ["Tokens", "Vault", "StoreAPI", "Domain", "JSON", "TestSupport", crypto, cryptoExtras]),
    .testTarget(
        name: "EngineTests",
        dependencies: [
            "Engine", "TestStores", "StoreAPI", "ConnectorAPI", "Vault", "Meters", "Domain", "JSON", "TestSupport",
            logging,
        ]),
    .testTarget(
        name: "SchedulerTests",
        dependencies: ["Scheduler", "TestStores", "StoreAPI", "Meters", "Domain", "TestSupport", logging]),
    .testTarget(
        name: "SimulationTests",
        dependencies: [
            "Engine", "Scheduler", "Registry", "StoreSQLite", "StoreRows", "StoreAPI", "ConnectorAPI", "Vault",
            "Meters", "Domain",
            "JSON", "TestSupport", grdb, sqlite, logging,
        ]),
    .testTarget(
        name: "RegistryTests",
        dependencies: ["Registry", "StoreSQLite", "StoreAPI", "ConnectorAPI", "Vault", "Domain", "JSON", "TestSupport"]),
    .testTarget(
        name: "HTTPAPITests",
        dependencies: [
            "HTTPAPI", "APIDescription", "Registry", "TestStores", "StoreAPI", "ConnectorAPI", "Vault", "Tokens",
            "WireAPI", "Meters", "Domain", "JSON", "TributaryClient", "TestSupport", "CannedServer", crypto,
            cryptoExtras,
            hummingbird, hummingbirdTesting, httpTypes, nioCore, logging,
        ]),
    .testTarget(
        name: "DocsTests",
        dependencies: [
            "Docs", "Bootstrap", "tributary", "TributaryClient", "Domain", "JSON", "FaultKit", "TestSupport",
        ],
        exclude: ["Browser"]),
    .testTarget(name: "TributaryClientTests", dependencies: ["TributaryClient", "WireAPI", "JSON", "CannedServer"]),
    .testTarget(
        name: "CommandLineTests",
        dependencies: [
            "tributary", "Bootstrap", "Egress", "TributaryClient", "WireAPI", "Domain", "JSON", "CannedServer",
            "TestSupport", arguments,
        ]),
    .testTarget(
        name: "EndToEndTests",
        dependencies: [
            "tributary", "TributaryClient", "WireAPI", "Domain", "JSON", "TestSupport", "FaultKit", "CannedServer",
            crypto,
        ]),
    .testTarget(name: "RepositoryTests"),
]

let package = Package(
    name: "tributary",
    products: [
        .executable(name: "tributary", targets: ["tributary"]),
        .library(name: "TributaryClient", targets: ["TributaryClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(
            url: "https://github.com/apple/swift-configuration.git", from: "1.4.0",
            traits: ["JSON", "YAML", "CommandLineArguments"]),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
    ],
    targets: [
        .target(name: "JSON"),
        .target(name: "Domain", dependencies: ["JSON"]),
        .target(name: "WireAPI", dependencies: ["JSON"]),
        .target(name: "APIDescription", dependencies: ["Domain", "JSON"]),
        .target(name: "Docs", dependencies: ["Domain", "JSON", crypto]),
        .target(name: "Meters"),
        .target(name: "StoreAPI", dependencies: ["Meters", "Domain"]),
        .target(name: "ConnectorAPI", dependencies: ["Domain", "JSON", crypto]),
        .target(name: "Interpolation", dependencies: ["Domain", "JSON", crypto]),
        .target(name: "AirbyteProtocol", dependencies: ["ConnectorAPI", "Domain", "JSON"]),
        .target(name: "Egress", dependencies: ["Domain"]),
        .target(name: "Inflation", dependencies: ["CZlib"]),
        .target(
            name: "HTTPFetch", dependencies: ["Egress", "Inflation", "Domain", httpClient, nioCore, nioPosix, nioHTTP1]),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "LibPQ", dependencies: ["Egress", "Domain", "CLibPQ"]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "FileConnector", dependencies: ["ConnectorAPI", "TenantFiles", "Domain", "JSON", "CZlib"],
            path: "Sources/Connectors/File"),
        .target(name: "TenantFiles", dependencies: ["ConnectorAPI", "Domain"]),
        .target(
            name: "SQLConnectors",
            dependencies: ["ConnectorAPI", "TenantFiles", "Domain", "JSON", "Egress", "LibPQ", sqlite],
            path: "Sources/Connectors/SQL"),
        .target(
            name: "Declarative",
            dependencies: [
                "Interpolation", "Inflation", "HTTPFetch", "Egress", "AirbyteProtocol", "ConnectorAPI", "Domain",
                "JSON", "CZlib", yams, crypto, cryptoExtras,
            ],
            path: "Sources/Connectors/Declarative"),
        .target(
            name: "BundledConnectors", dependencies: ["Declarative", "ConnectorAPI", "Domain", "JSON"],
            path: "Sources/Connectors/Bundled"),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "StoreRows", dependencies: ["StoreAPI", "Domain", "JSON"]),
        .target(
            name: "StoreSQLite",
            dependencies: ["StoreRows", "StoreAPI", "Meters", "Domain", "JSON", "CSQLite", grdb, sqlite]),
        .target(
            name: "StorePostgres",
            dependencies: ["StoreRows", "StoreAPI", "Meters", "Domain", "JSON", "Egress", "LibPQ"]),
        .target(name: "Vault", dependencies: ["StoreAPI", "Domain", "JSON", crypto]),
        .target(name: "Tokens", dependencies: ["Vault", "StoreAPI", "Meters", "Domain", "JSON", crypto, cryptoExtras]),
        .target(name: "Engine", dependencies: ["StoreAPI", "ConnectorAPI", "Vault", "Meters", "Domain", logging]),
        .target(name: "Scheduler", dependencies: ["StoreAPI", "Meters", "Domain", logging]),
        .target(
            name: "Registry",
            dependencies: ["StoreAPI", "ConnectorAPI", "Tokens", "Vault", "Meters", "Domain", "JSON", crypto]),
        .target(
            name: "HTTPAPI",
            dependencies: [
                "APIDescription", "Docs", "Registry", "Tokens", "WireAPI", "Meters", "Domain", "JSON", hummingbird,
                hummingbirdCore, httpTypes, nioCore, nioHTTP1, logging,
            ]),
        .target(name: "TributaryClient", dependencies: ["WireAPI", "JSON", httpClient, nioCore, nioHTTP1]),
        .target(
            name: "Bootstrap",
            dependencies: [
                "Domain", "JSON", "StoreAPI", "ConnectorAPI", "StoreSQLite", "StorePostgres", "FileConnector",
                "SQLConnectors", "Egress", "Interpolation", "AirbyteProtocol", "Declarative", "BundledConnectors",
                "HTTPFetch", "LibPQ", "TenantFiles", "Vault", "Meters", "Tokens", "Engine", "Scheduler", "Registry",
                "HTTPAPI", "CMalloc",
                hummingbird, lifecycle, signals, configuration, logging,
            ]),
        .executableTarget(
            name: "tributary",
            dependencies: [
                "Bootstrap", "AirbyteProtocol", "TributaryClient", "WireAPI", "Domain", "JSON", arguments,
            ]),
        .target(
            name: "TestSupport",
            dependencies: ["Domain", "JSON", "StoreAPI", "ConnectorAPI"], path: "Sources/Testing/TestSupport"),
        .target(
            name: "FaultKit", dependencies: ["TestSupport", "CLibPQ", "TributaryClient", "WireAPI", "JSON"],
            path: "Sources/Testing/FaultKit"),
        .target(
            name: "StoreContract", dependencies: ["StoreAPI", "Domain", "JSON", "TestSupport"],
            path: "Sources/Testing/StoreContract"),
        .target(
            name: "TestStores",
            dependencies: ["StoreSQLite", "StorePostgres", "StoreAPI", "Domain", "FaultKit", "TestSupport"],
            path: "Sources/Testing/TestStores"),
        .target(
            name: "CannedServer", dependencies: [nioCore, nioPosix, nioHTTP1], path: "Sources/Testing/CannedServer"),
        .executableTarget(name: "HelloWorld", dependencies: [hummingbird], path: "Sources/Testing/HelloWorld"),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "ConnectorAPI", "FileConnector", "SQLConnectors", "StoreAPI", "StoreSQLite", "StorePostgres",
                "Registry", "HTTPAPI", "Tokens", "Vault", "Domain", "JSON", hummingbird, httpTypes, nioCore,
                nioEmbedded, logging,
            ],
            path: "Benchmarks"),
    ] + tests
)

for target in package.targets where target.type != .system {
    target.swiftSettings = settings
}
