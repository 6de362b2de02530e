import Testing

/// The checkers see what they are there for: each is given text that breaks its rule, and text that doesn't.
@Suite("The repository's checkers")
struct CheckerTests {
    private func source(_ text: String, path: String = "Sources/Engine/Sample.swift") -> SourceTree.File {
        SourceTree.File(path: path, text: text)
    }

    @Test("blank comments and strings and keep interpolations")
    func blanking() {
        let text = ##"""
            let a = "Date()" // Date()
            /* outer /* Date() */ Date() */ let b = "\(Date()) and \("Date()")"
            let c = """
                Date() " Date()
                """
            let d = #"\(Date()) \#(Date())"#
            """##
        let code = SwiftCode(text)
        #expect(code.bytes.count == text.utf8.count)
        #expect(code.offsets(of: "Date()").map(code.line(at:)) == [2, 6])
    }

    @Test("find calls at the edge of a word only")
    func wordEdges() {
        let code = SwiftCode("myprint(1); print(2); reprint (3); x.random(in: y); randomised(); imprint(4)")
        #expect(code.offsets(of: "print(").count == 1)
        #expect(code.offsets(of: ".random(").count == 1)
    }

    @Test(
        "refuse an import that the table doesn't have, however it is written",
        arguments: [
            "import GRDB", "public import GRDB", "@testable import GRDB", "@preconcurrency internal import GRDB",
            "import struct GRDB.Row", "    import GRDB // needed",
        ])
    func badImport(line: String) throws {
        let rule = try #require(ImportRule.of("Sources/Engine/Sample.swift"))
        #expect(rule.complaints(about: source("import Domain\n" + line)).map(\.line) == [2])
    }

    @Test("accept the imports of the table and words that only look like imports")
    func goodImports() throws {
        let rule = try #require(ImportRule.of("Sources/Engine/Sample.swift"))
        let text = "public import Domain\nimport Synchronization\n// import GRDB\nlet s = \"\"\"\nimport GRDB\n\"\"\"\n"
        #expect(rule.complaints(about: source(text)).isEmpty)
    }

    @Test("read a manifest's targets and their dependencies")
    func manifest() {
        let manifest = PackageManifest(
            """
            let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
            targets: [
                .target(name: "A"),
                .target(name: "B", dependencies: ["A", grdb], path: "Sources/Else"),
                .executableTarget(
                    name: "C",
                    dependencies: [
                        "A", "B",
                    ]),
                .testTarget(name: "ATests", dependencies: ["A"]),
            ]
            """)
        #expect(manifest.dependencies == ["A": [], "B": ["A", "GRDB"], "C": ["A", "B"]])
    }

    @Test("refuse each banned call", arguments: BannedCalls.bans.map(\.call))
    func bannedCall(call: String) {
        let file = source("func f() {\n    _ = \(call)\n}\n")
        #expect(BannedCalls.complaints(about: file).contains { $0.line == 2 && $0.rule.hasPrefix(call) })
        #expect(BannedCalls.complaints(about: source("// \(call)\n\"\(call)\"")).isEmpty)
    }

    @Test("let a banned call pass where it belongs or is excepted")
    func allowedCall() {
        let text = "let now = Date()"
        #expect(BannedCalls.complaints(about: source(text, path: "Sources/Bootstrap/Sample.swift")).isEmpty)
        let exception = BannedCalls.Exception(path: "Sources/Engine/Sample.swift", call: "Date()", reason: "a sample")
        #expect(BannedCalls.complaints(about: source(text), exceptions: [exception]).isEmpty)
        #expect(!BannedCalls.complaints(about: source(text + "; x as! Y"), exceptions: [exception]).isEmpty)
    }

    @Test("ask why an error is hidden")
    func silentTry() {
        #expect(BannedCalls.silentTries(in: source("a()\nlet x = try? f()\n")).map(\.line) == [2])
        #expect(BannedCalls.silentTries(in: source("let x = try? f() // absent is fine\n")).isEmpty)
        #expect(BannedCalls.silentTries(in: source("// absent is fine\nlet x = try? f()\n")).isEmpty)
    }

    @Test("measure bodies by their braces, not by braces in strings and comments")
    func functionLengths() {
        let text = """
            protocol P {
                func f() -> Int
                var g: Int { get }
            }
            func short(a: [Int] = [1].map { $0 }) { "}"; /* } */
                one("{")
            } // 1
            init?(x: Int) where X == Y {
                self.init(y: x)
                two()
            }
            var z: Int {
                3
            }
            var list = [1].map {
                $0
            }
            """
        #expect(FunctionLengths.bodies(in: SwiftCode(text)).map(\.lines).sorted() == [0, 1, 1, 2])
        let long = "func f() {\n" + String(repeating: "    a()\n", count: 61) + "}\n"
        #expect(FunctionLengths.complaints(about: source(long)).map(\.line) == [1])
        let fitting = "func f() {\n" + String(repeating: "    a()\n", count: 60) + "}\n"
        #expect(FunctionLengths.complaints(about: source(fitting)).isEmpty)
    }

    @Test("ask for doc comments on public types and functions")
    func documentation() {
        let text = """
            public struct A {
                public func b() {
                }
                public func line() {}
                /// Says what c does.
                @discardableResult
                public static func c() {}
                public let d = 1
                public static func < (left: A, right: A) -> Bool {
                    true
                }
                func e() {
                }
                public struct Nested {
                }
                public mutating func f(
                    a: Int
                ) {}
            }
            """
        #expect(Documentation.complaints(about: source(text)).map(\.line) == [1, 2, 16])
    }

    @Test("find error codes that are declared twice or badly formed")
    func errorCodes() {
        let good = source(
            "extension ErrorCode { static let a = ErrorCode(\n    \"thing.not_found\", .notFound, \"s\") }")
        #expect(ErrorCodes.declared(in: good).map(\.code) == ["thing.not_found"])
        #expect(ErrorCodes.complaints(about: [good]).isEmpty)
        #expect(ErrorCodes.complaints(about: [good, good]).map(\.line) == [1])
    }

    @Test(
        "refuse codes that aren't dotted lower case", arguments: ["thing", "Thing.found", "thing.", "a..b", "a.1b", ""])
    func badCode(code: String) {
        #expect(ErrorCodes.complaints(about: [source("ErrorCode(\"\(code)\", .bug, \"s\")")]).count == 1)
    }
}
