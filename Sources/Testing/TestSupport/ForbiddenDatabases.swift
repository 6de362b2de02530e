/// Configs of `postgres` sources that try to reach what isn't public, or to say more than the field they stand in.
///
/// Plain texts, field by field, as a tenant may send them. None of them may lead to a connection.
public enum ForbiddenDatabases {
    /// Where a config must be refused.
    public enum Refusal: String, Sendable, CaseIterable {
        /// By the egress guard, by the form of the host, before anything is looked up.
        case hostForm
        /// By the egress guard, by an address of the host.
        case address
        /// By the connector's config, since its host is a good one.
        case config
    }

    /// One config.
    public struct Config: Sendable, CustomStringConvertible {
        /// What it tries.
        public let name: String
        /// Texts of `host`, `port`, `database`, `user`, `sslmode` and, in some, of a field that there is none of.
        public let fields: [String: String]
        /// Where it must be refused.
        public let refusal: Refusal

        public var description: String { name }
        /// Its `host`.
        public var host: String { fields["host"] ?? "" }

        init(_ name: String, _ refusal: Refusal, _ fields: [String: String]) {
            self.name = name
            self.refusal = refusal
            let good = [
                "host": publicHost, "port": "5432", "database": "shop", "user": "reader", "sslmode": "require",
            ]
            self.fields = good.merging(fields) { $1 }
        }
    }

    /// A host that only has public addresses, in the fields that aren't what is tried.
    public static let publicHost = "db.public.example"

    /// What a resolver of a test's own must answer for the names in the configs.
    public static let addresses: [String: [String]] = [
        publicHost: ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"],
        "localhost": ["127.0.0.1", "::1"],
        "db.inside.example": ["10.1.2.3"],
        "db.mixed.example": ["93.184.215.14", "fd12:3456::7"],
        "db.mapped.example": ["::ffff:192.168.0.7"],
    ]

    /// All of them.
    public static let all: [Config] = byHostForm + byAddress + byConfig

    private static let byHostForm = [
        Config("no host, for libpq the local socket", .hostForm, ["host": ""]),
        Config("a folder of Unix sockets", .hostForm, ["host": "/var/run/postgresql"]),
        Config("a percent-encoded folder of Unix sockets", .hostForm, ["host": "%2Fvar%2Frun%2Fpostgresql"]),
        Config("an abstract Unix socket", .hostForm, ["host": "@tributary"]),
        Config("a list of hosts", .hostForm, ["host": "\(publicHost),127.0.0.1", "port": "5432"]),
        Config("a list that begins with an empty host", .hostForm, ["host": ",127.0.0.1"]),
        Config("a list of good hosts", .hostForm, ["host": "\(publicHost),\(publicHost)"]),
        Config("hostaddr after the host", .hostForm, ["host": "\(publicHost) hostaddr=127.0.0.1"]),
        Config("service in the host", .hostForm, ["host": "service=evil"]),
        Config("a URL in the host", .hostForm, ["host": "postgres://127.0.0.1:5432/shop"]),
        Config("a quote that ends the value", .hostForm, ["host": "\(publicHost)' hostaddr='127.0.0.1"]),
        Config("user information in the host", .hostForm, ["host": "\(publicHost)@127.0.0.1"]),
        Config("a port in the host", .hostForm, ["host": "127.0.0.1:5432"]),
        Config("a NUL after a good host", .hostForm, ["host": "\(publicHost)\u{0}.inside.example"]),
        Config("a line after a good host", .hostForm, ["host": "\(publicHost)\nhostaddr=127.0.0.1"]),
        Config("a short IPv4 address", .hostForm, ["host": "127.1"]),
        Config("an IPv4 address as one number", .hostForm, ["host": "2130706433"]),
        Config("an octal IPv4 address", .hostForm, ["host": "0177.0.0.1"]),
        Config("a hexadecimal IPv4 address", .hostForm, ["host": "0x7f000001"]),
        Config("an IPv4 address with a dot behind", .hostForm, ["host": "127.0.0.1."]),
        Config("full-width digits", .hostForm, ["host": "１２７.０.０.１"]),
        Config("a zone", .hostForm, ["host": "fe80::1%lo"]),
    ]

    private static let byAddress = [
        Config("loopback", .address, ["host": "127.0.0.1"]),
        Config("loopback by name", .address, ["host": "localhost"]),
        Config("IPv6 loopback", .address, ["host": "::1"]),
        Config("IPv6 loopback in brackets", .address, ["host": "[::1]"]),
        Config("the unspecified address", .address, ["host": "0.0.0.0"]),
        Config("a private address", .address, ["host": "10.0.0.5"]),
        Config("a cloud's metadata", .address, ["host": "169.254.169.254", "port": "80"]),
        Config("an IPv4-mapped address", .address, ["host": "::ffff:10.0.0.5"]),
        Config("a NAT64 address", .address, ["host": "64:ff9b::10.0.0.5"]),
        Config("a 6to4 address", .address, ["host": "2002:a00:5::1"]),
        Config("a unique local address", .address, ["host": "fd00:ec2::254"]),
        Config("a name of a private address", .address, ["host": "db.inside.example"]),
        Config("a name of a private address, with a dot behind", .address, ["host": "db.inside.example."]),
        Config("a name of a public and a private address", .address, ["host": "db.mixed.example"]),
        Config("a name of a mapped address", .address, ["host": "db.mapped.example"]),
    ]

    private static let byConfig = [
        Config("a connection string as the database", .config, ["database": "host=127.0.0.1 dbname=shop"]),
        Config("hostaddr as the database", .config, ["database": "hostaddr=127.0.0.1"]),
        Config("a service as the database", .config, ["database": "service=evil"]),
        Config("a URL as the database", .config, ["database": "postgres://127.0.0.1:5432/shop"]),
        Config("the other URL as the database", .config, ["database": "postgresql://127.0.0.1/shop"]),
        Config("a NUL in the database", .config, ["database": "shop\u{0}hostaddr=127.0.0.1"]),
        Config("a NUL in the user", .config, ["user": "reader\u{0}hostaddr=127.0.0.1"]),
        Config("a list of ports", .config, ["port": "5432,6432"]),
        Config("hostaddr after the port", .config, ["port": "5432 hostaddr=127.0.0.1"]),
        Config("port 0", .config, ["port": "0"]),
        Config("a port that wraps around to 5432", .config, ["port": "70968"]),
        Config("hostaddr after sslmode", .config, ["sslmode": "disable hostaddr=127.0.0.1"]),
        Config("hostaddr as a field", .config, ["hostaddr": "127.0.0.1"]),
        Config("service as a field", .config, ["service": "evil"]),
        Config("servicefile as a field", .config, ["servicefile": "/tmp/pg_service.conf"]),
        Config("passfile as a field", .config, ["passfile": "/etc/passwd"]),
        Config("options as a field", .config, ["options": "-c search_path=evil"]),
    ]
}
