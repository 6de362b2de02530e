import ConnectorAPI
import Domain
import Glibc
import JSON
import TenantFiles
import Testing

@testable import FileConnector

@Suite("Paths")
struct PathTests {
    @Test(
        "matches names",
        arguments: [
            ("*.csv", "a.csv", true), ("*.csv", ".a.csv", false), (".*", ".a", true), ("*", "a", true),
            ("?.csv", "é.csv", true),
            ("?.csv", "ab.csv", false), ("a*b*c", "axxbyyc", true), ("a*b*c", "axxbyy", false), ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false), ("[!a-c]x", "dx", true), ("[]]x", "]x", true), ("[[]x", "[x", true),
            ("[-a]", "-", true),
            ("[a-]", "-", true), ("[*]", "*", true), ("[*]", "a", false), ("**x", "aax", true),
            ("*a", String(repeating: "a", count: 200), true),
            ("*a*a*a*a*a*b", String(repeating: "a", count: 200), false),
        ])
    func names(pattern: String, name: String, matches: Bool) throws {
        #expect(try #require(NamePattern(pattern[...])).matches(name) == matches)
    }

    @Test(
        "finds files by pattern, sorted, each once",
        arguments: [
            ("*.csv", ["a.csv", "b.csv"]), ("**/*.csv", ["a.csv", "b.csv", "d/c.csv", "d/e/c2.csv"]),
            ("d/**", ["d/c.csv", "d/e/c2.csv", "d/e/x.json"]), ("**/e/**/*.csv", ["d/e/c2.csv"]),
            ("*/c.csv", ["d/c.csv"]),
            ("d/c.csv", ["d/c.csv"]), ("./d//c.csv", ["d/c.csv"]), ("[ab].csv", ["a.csv", "b.csv"]),
            ("?/e/x.*", ["d/e/x.json"]),
            ("**/**/x.json", ["d/e/x.json"]),
        ])
    func globs(pattern: String, paths: [String]) throws {
        let files = try FilesFolder()
        for path in ["a.csv", "b.csv", "d/c.csv", "d/e/c2.csv", "d/e/x.json", ".hidden/h.csv", ".h.csv"] {
            try files.write(path, "")
        }
        let folder = try TenantFolder(root: files.root, tenant: #require(TenantID("t1")))
        #expect(try FileFinder.files(Glob(pattern), in: folder) == paths)
    }

    @Test(
        "the schema refuses paths that lead out before they are stored, and no others",
        arguments: [
            ("a.csv", true), ("./d//c.csv", true), (".hidden/*.csv", true), ("..a/b", true), ("a/...b/..c", true),
            ("**/[a-z]?.csv", true), ("é/日本.csv", true), ("d/", true), ("...", true), ("/etc/passwd", false),
            ("..", false), ("../t2/a.csv", false), ("a/..", false), ("a/../b", false), ("a//../b", false),
            ("//a", false),
        ])
    func schema(path: String, isAllowed: Bool) throws {
        #expect(try JSONSchema(FileConfig.schema).validate(["path": .string(path)]).isEmpty == isAllowed)
        if isAllowed { _ = try Glob(path) } else { #expect(throws: AppError.self) { try Glob(path) } }
    }

    @Test(
        "the schema and the config agree on delimiters",
        arguments: ["\t", "\\t", ",", " ", "!", "#", "~", "\\", "\"", "é", "ab", "\n", "\u{7F}", "\u{1}"])
    func delimiters(text: String) throws {
        let config: JSONObject = ["path": "a.csv", "delimiter": .string(text)]
        let isRead = (try? FileConfig(config)) != nil
        #expect(try JSONSchema(FileConfig.schema).validate(.object(config)).isEmpty == isRead)
    }

    @Test(
        "refuses paths that could lead out, and those it can't read",
        arguments: [
            ("/etc/passwd", "file.path_outside_root"), ("../t2/a.csv", "file.path_outside_root"),
            ("a/../../t2/a.csv", "file.path_outside_root"), ("..", "file.path_outside_root"),
            ("https://example.org/a.csv", "file.url_unsupported"), ("s3://bucket/a.csv", "file.url_unsupported"),
            ("FILE:///etc/passwd", "file.url_unsupported"), ("a\u{0}.csv", "file.config_invalid"),
            ("[a.csv", "file.config_invalid"), (".", "file.config_invalid"), ("missing.csv", "file.not_found"),
            ("missing/*.csv", "file.no_match"), ("*.csv", "file.no_match"), ("a.json/x.csv", "file.not_found"),
            ("sub", "file.format_unknown"), ("sub.csv", "file.not_regular"), ("pipe.csv", "file.not_regular"),
            ("out.csv", "file.path_outside_root"),
            ("outdir/b.csv", "file.path_outside_root"), ("outdir/*.csv", "file.path_outside_root"),
            ("ou*.csv", "file.path_outside_root"), ("near.csv", "file.path_outside_root"),
            ("loop.csv", "file.not_found"),
            ("dangling.csv", "file.not_found"), ("dang*.csv", "file.not_found"), ("zero.csv", "file.path_outside_root"),
            (String(repeating: "a/", count: 33), "file.config_invalid"),
        ])
    func refusals(path: String, code: String) async throws {
        let files = try FilesFolder()
        let other = try FilesFolder()
        try other.write("b.csv", "a\n1\n")
        try files.write("a.json", "[]")
        try files.write("sub/x.txt", "")
        try files.write("sub.csv/x.txt", "")
        try files.write("../t10/b.csv", "a\n1\n")
        #expect(mkfifo(files.tenant + "/pipe.csv", 0o600) == 0)
        for (name, target) in [
            ("out.csv", other.tenant + "/b.csv"), ("outdir", other.tenant), ("near.csv", "../t10/b.csv"),
            ("loop.csv", "loop.csv"), ("dangling.csv", "nowhere"), ("zero.csv", "/dev/zero"),
        ] {
            try files.link(name, to: target)
        }
        // The other refusals of *.csv come first where these files are there.
        if path == "*.csv" { try files.read(onlyJSON: ()) }
        for call in ["check", "discover", "read"] {
            let connector = FileConnector(root: files.root)
            let context = try files.context(["path": .string(path)])
            let error = await #expect(throws: AppError.self) {
                switch call {
                case "check": try await connector.check(context)
                case "discover": _ = try await connector.discover(context)
                default:
                    let plan = ReadPlan(entities: [
                        .init(name: FileFormat.entityName(path: path), mode: .full, primaryKey: [])
                    ])
                    _ = try await connector.read(plan, context).next()
                }
            }
            #expect(error?.code == code, "\(call)")
            #expect(error?.recovery == .fixConfig)
        }
    }

    @Test("follows links that stay inside")
    func innerLinks() async throws {
        let files = try FilesFolder()
        try files.write("d/a.csv", "a\n1\n")
        try files.link("relative.csv", to: "d/a.csv")
        try files.link("absolute.csv", to: files.tenant + "/d/a.csv")
        try files.link("folder", to: "d")
        for path in ["relative.csv", "absolute.csv", "folder/a.csv", "folder/*.csv", "fold*/a.csv"] {
            #expect(try await files.read(["path": .string(path)]).bodies == [#"{"a":"1"}"#], "\(path)")
        }
        // ** leaves links to folders out, so a.csv is met once.
        #expect(try await files.read(["path": "**/a.csv"]).bodies.count == 1)
    }

    @Test("reads nothing without a root, a folder or a plain tenant", arguments: [nil, "", "/nowhere"] as [String?])
    func noRoot(root: String?) async throws {
        let files = try FilesFolder()
        let error = await #expect(throws: AppError.self) {
            try await FileConnector(root: root).check(files.context(["path": "a.csv"]))
        }
        #expect(error?.code == "file.root_missing")
    }

    @Test("keeps tenants apart whose ids look like folders", arguments: ["t2", ".", "..", "linked"])
    func tenants(tenant: String) async throws {
        let files = try FilesFolder()
        try files.write("a.csv", "a\n1\n")
        #expect(symlink(files.tenant, files.root + "/linked") == 0)
        let error = await #expect(throws: AppError.self) {
            try await FileConnector(root: files.root).check(files.context(["path": "*/a.csv"], tenant: tenant))
        }
        #expect(error?.code == "file.root_missing")
    }

    @Test(
        "says what the operating system refused",
        arguments: [
            (EACCES, "file.permission", Recovery.fixConfig), (ENOENT, "file.not_found", .fixConfig),
            (EMFILE, "file.read_failed", .retry), (EIO, "file.read_failed", .waitForSource),
        ])
    func systemErrors(number: Int32, code: String, recovery: Recovery) {
        let error = SystemFailure.error(number, path: "a.csv")
        #expect(error.code == code)
        #expect(error.recovery == recovery)
    }

    @Test("stops at 10,000 files and 32 folders deep")
    func bounds() async throws {
        let files = try FilesFolder()
        try files.write((0..<34).map { "d\($0)" }.joined(separator: "/") + "/a.csv", "")
        #expect(try await files.read(["path": "**/*.csv"]).error?.code == "file.too_many")
        let wide = try FilesFolder()
        for index in 0...FileFinder.mostFiles { try wide.write("\(index).csv", "") }
        #expect(try await wide.read(["path": "*.csv"]).error?.code == "file.too_many")
    }
}

extension FilesFolder {
    /// Takes away all entries but `a.json`.
    func read(onlyJSON: Void) throws {
        for name in ["out.csv", "outdir", "near.csv", "loop.csv", "dangling.csv", "zero.csv", "pipe.csv"] {
            guard unlink("\(tenant)/\(name)") == 0 else { throw Failure(number: errno) }
        }
    }
}
