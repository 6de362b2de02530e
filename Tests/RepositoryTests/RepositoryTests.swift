import Testing

/// The rules of the source tree: what a reviewer would have to remember otherwise.
@Suite("The repository")
struct RepositoryTests {
    let tree: SourceTree

    init() throws { tree = try SourceTree.repository.get() }

    @Test("has its sources where these tests look for them")
    func findsFiles() {
        #expect(tree.swift(in: "Sources").count > 20)
        #expect(tree.file("Package.swift") != nil)
        for rule in ImportRule.all {
            #expect(tree.files.contains { $0.path.hasPrefix(rule.folder + "/") }, "\(rule.target) has no files")
        }
    }

    @Test("imports only what the table allows")
    func imports() {
        for file in tree.swift(in: "Sources", "Benchmarks") {
            guard let rule = ImportRule.of(file.path) else {
                Issue.record("\(file.path) belongs to no target of the table")
                continue
            }
            #expect(rule.complaints(about: file).isEmpty)
        }
    }

    @Test("needs every exception to the table of imports")
    func importExceptions() {
        for exception in ImportRule.exceptions {
            let imports = tree.file(exception.file).map { ImportRule.imports(in: $0.code) } ?? []
            #expect(imports.contains { $0.module == exception.module }, "\(exception.file): \(exception.module)")
        }
    }

    @Test("declares in Package.swift exactly the dependencies of the table")
    func manifest() throws {
        let manifest = PackageManifest(try #require(tree.file("Package.swift")).text)
        #expect(Set(manifest.dependencies.keys) == Set(ImportRule.all.map(\.target)))
        for rule in ImportRule.all {
            #expect(manifest.dependencies[rule.target] == rule.own.union(rule.packages), "\(rule.target)")
        }
    }

    @Test("imports every dependency that it declares")
    func unusedDependencies() {
        for rule in ImportRule.all where rule.target != "CZlib" {
            let files = tree.swift(in: rule.folder)
            let imported = Set(files.flatMap { ImportRule.imports(in: $0.code).map(\.module) })
            #expect(rule.own.union(rule.packages).subtracting(imported).isEmpty, "\(rule.target)")
        }
    }

    @Test("names a tenant in every statement for every table of tenants")
    func tenantConditions() {
        for (folder, least) in [("Sources/StoreSQLite", 60), ("Sources/StorePostgres", 50)] {
            let looks = tree.swift(in: folder).filter { !$0.path.contains("/Schema/") }.map { file in
                (file.path, TenantConditions.look(at: file))
            }
            for (path, look) in looks { #expect(look.open.isEmpty, "\(path)") }
            #expect(looks.reduce(0) { $0 + $1.1.statements } >= least, "\(folder)")
        }
        for exception in TenantConditions.exceptions { #expect(tree.file(exception.path) != nil) }
    }

    @Test("makes no banned call")
    func bannedCalls() {
        for file in tree.swift(in: "Sources") {
            #expect(BannedCalls.complaints(about: file).isEmpty)
            #expect(BannedCalls.silentTries(in: file).isEmpty)
        }
    }

    @Test("needs every exception to the banned calls")
    func bannedCallExceptions() {
        for exception in BannedCalls.exceptions {
            let uses = tree.file(exception.path).map(BannedCalls.uses(in:)) ?? []
            #expect(uses.contains { $0.ban.call == exception.call }, "\(exception.path): \(exception.call)")
        }
    }

    @Test("has no file over 600 lines")
    func fileLengths() {
        for file in tree.swift(in: "Sources", "Benchmarks", "Tests") {
            #expect(file.lineCount <= 600, "\(file.path)")
        }
    }

    @Test("has no function over 60 lines")
    func functionLengths() {
        for file in tree.swift(in: "Sources", "Benchmarks", "Tests") {
            #expect(FunctionLengths.complaints(about: file).isEmpty)
        }
    }

    @Test("documents its public types and functions")
    func documentation() {
        let files = tree.swift(in: "Sources")
        let requirements = files.reduce(into: Set<Substring>()) { $0.formUnion(Documentation.requirements(in: $1)) }
        for file in files {
            #expect(Documentation.complaints(about: file, requirements: requirements).isEmpty)
        }
    }

    @Test("declares every error code once, in dotted lower case")
    func errorCodes() {
        let files = tree.swift(in: "Sources")
        #expect(files.flatMap(ErrorCodes.declared(in:)).count > 5)
        #expect(ErrorCodes.complaints(about: files).isEmpty)
    }

    @Test("lists every error code for the catalogue")
    func errorLists() {
        #expect(ErrorCodes.unlisted(in: tree.swift(in: "Sources")).isEmpty)
    }

    @Test("names no folder of a machine", arguments: ["work", "root", "home"])
    func machinePaths(folder: String) {
        let path = "/" + folder + "/"
        for file in tree.files {
            #expect(!file.text.contains(path), "\(file.path) has \(path)")
        }
    }
}
