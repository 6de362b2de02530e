import Domain
import FaultKit
import Foundation
import JSON
import TestSupport
import Testing
import TributaryClient

@testable import Docs

/// Every sample of the pages runs as it stands.
@Suite(.ownThreads) struct SampleTests {
    /// Operations for which the Swift client has no call.
    private static let withoutSwift: Set = [
        "audit.list", "auth.keys", "server.metrics", "server.manifest", "server.openapi",
    ]

    @Test("every operation has a curl sample, and a Swift sample where the client has a call")
    func complete() {
        #expect(Set(Sample.all.map(\.operation)) == Set(Contract.operations.map(\.id)))
        #expect(Sample.all.count == Contract.operations.count)
        #expect(Set(Sample.all.filter { $0.swift.isEmpty }.map(\.operation)) == Self.withoutSwift)
    }

    @Test("a Swift sample is the code that is compiled here")
    func sameText() throws {
        let path = ServerProcess.root + "/Tests/DocsTests/SwiftSampleRuns.swift"
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        var texts: [String: String] = [:]
        for (place, line) in lines.enumerated() {
            guard let mark = line.range(of: "// sample: ") else { continue }
            let body = lines[(place + 2)...].prefix { $0 != "    }" }.map { $0.dropFirst(8) }
            texts[String(line[mark.upperBound...])] = body.joined(separator: "\n")
        }
        #expect(texts == SwiftSamples.texts)
    }

    @Test("every Swift sample runs")
    func swift() async throws {
        let server = try ServerProcess()
        try server.start()
        let stage = try await Stage(server)
        let runs = stage.runs
        for sample in Sample.all where !sample.swift.isEmpty && sample.operation != "runs.cancel" {
            do {
                let run = try #require(runs.all[sample.operation])
                try await run()
            } catch {
                Issue.record("\(sample.operation): \(error)")
            }
        }
        await stage.close()
        try await withQueuedRun { stage in
            let run = try #require(stage.runs.all["runs.cancel"])
            try await run()
        }
    }

    @Test("every curl sample runs")
    func curl() async throws {
        let server = try ServerProcess()
        try server.start()
        let stage = try await Stage(server)
        var variables = stage.variables
        for sample in Sample.all where sample.operation != "runs.cancel" {
            let (status, output) = try Shell.run(sample.curl, variables, in: server.folder.path)
            // Whether a route is there is another test's question.
            if output.contains("\"route.not_found\"") { continue }
            #expect(status == 0, "\(sample.operation): \(output)")
            let answer = try? JSONValue(parsing: Array(output.utf8))
            switch sample.operation {
            case "applications.create_key":
                variables["APP_SECRET"] = answer?["secret"]?.stringValue
                variables["KEY_ID"] = answer?["id"]?.stringValue
            default: break
            }
        }
        await stage.close()
        try await withQueuedRun { stage in
            let sample = try #require(Sample.all.first { $0.operation == "runs.cancel" })
            let (status, output) = try Shell.run(sample.curl, stage.variables, in: stage.server.folder.path)
            #expect(status == 0 && output.contains("\"cancelled\""), "\(output)")
        }
    }

    @Test("the steps of Getting started lead where they say")
    func gettingStarted() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/bin", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/bin/tributary", withDestinationPath: ServerProcess.binary)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let environment = ["PATH": folder.path + "/bin:" + path, "HOME": folder.path, "TRIBUTARY_HTTP_PORT": "0"]
        let serving = Guides.serving.replacing("tributary serve", with: "exec tributary serve")
        let server = try ChildProcess(
            ["/bin/bash", "-euc", "cd \"$HOME\"\n" + serving], environment: environment,
            errors: folder.path + "/server.log")
        defer {
            server.send(SIGTERM)
            _ = server.wait()
        }
        let line = try #require(server.readLine())
        let url = try #require(line.range(of: "http://").map { String(line[$0.lowerBound...]) })
        let steps = Guides.gettingStarted.blocks.compactMap { block -> String? in
            guard case .shell("Second terminal", let text) = block else { return nil }
            return text.replacing("http://127.0.0.1:8080", with: url)
        }
        let (status, output) = try Shell.run(steps.joined(separator: "\n"), environment, in: folder.path)
        #expect(status == 0)
        #expect(
            output.split(separator: "\n").sorted() == [
                #""succeeded""#, #""succeeded""#,
                #"{"id":"1","name":"Ada","plan":"pro"}"#, #"{"id":"2","name":"Grace","plan":"free"}"#,
                #"{"key":["1"],"is_deleted":false,"data":{"id":"1","name":"Ada","plan":"free"}}"#,
                #"{"key":["2"],"is_deleted":true,"data":null}"#,
                #"{"key":["3"],"is_deleted":false,"data":{"id":"3","name":"Edsger","plan":"pro"}}"#,
            ], "\(output)")
    }

    /// A server without workers, on which a run waits in the queue.
    private func withQueuedRun(_ body: (Stage) async throws -> Void) async throws {
        let server = try ServerProcess(["TRIBUTARY_WORKERS": "0"])
        try server.start()
        let stage = try await Stage(server, waits: false)
        try await body(stage)
        await stage.close()
    }
}

/// What the samples take for granted, on a server.
private struct Stage {
    let server: ServerProcess
    let token: String
    let runs: SwiftSampleRuns

    init(_ server: ServerProcess, waits: Bool = true) async throws {
        self.server = server
        try server.write("customers.csv", "id,name\n1,Ada\n2,Grace\n")
        token = try server.token()
        let client = TributaryClient(url: server.url, token: token)
        let source = try await client.datasources.create(json: [
            "name": "First", "type": "file", "config": ["path": "customers.csv", "primary_key": ["id"]],
        ])
        var run = try await client.datasources.sync(source.id)
        if waits { run = try await client.datasources.finished(run) }
        let push = try await client.datasources.create(json: [
            "name": "Pushed", "type": "push", "config": ["entities": ["customers": ["primary_key": ["id"]]]],
        ])
        let application = try await client.applications.create(NewApplicationBody(name: "First"))
        let key = try await client.applications.keys.create(application.id)
        runs = SwiftSampleRuns(
            client: client, url: server.url, sourceID: source.id, runID: run.id, pushID: push.id,
            appID: application.id, keyID: key.id, secret: key.secret ?? "",
            manifest: try #require(Resource.manifest.example["manifest"]).description)
    }

    var variables: [String: String] {
        [
            "TRIBUTARY_URL": server.url, "TRIBUTARY_TOKEN": token, "SOURCE_ID": runs.sourceID, "RUN_ID": runs.runID,
            "PUSH_ID": runs.pushID, "APP_ID": runs.appID, "KEY_ID": runs.keyID, "APP_SECRET": runs.secret,
        ]
    }

    func close() async {
        await runs.client.close()
        _ = server.stop()
    }
}

/// Runs commands as a person would, but for curl, which fails on an answer that isn't a success.
enum Shell {
    static func run(
        _ text: String, _ variables: [String: String], in folder: String
    ) throws -> (status: Int32, output: String) {
        try "fail-with-body\n".write(toFile: folder + "/.curlrc", atomically: true, encoding: .utf8)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let environment = ["PATH": path, "HOME": folder].merging(variables) { $1 }
        let process = try ChildProcess(
            ["/bin/bash", "-euo", "pipefail", "-c", "cd \"$HOME\"\n" + text], environment: environment,
            errors: folder + "/shell.log")
        let output = process.readAll()
        return (process.wait(), output)
    }
}
