import FaultKit
import Foundation
import JSON
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// What the program must never let out, looked for everywhere it could be (Invariant 6).
@Suite(.ownThreads) struct SecretsTests {
    private let issuerSecret = "canary-hs256-secret-5f0c1d2e3a4b5968"
    private let masterKey = Data("canary-master-key-32-bytes-long!".utf8).base64EncodedString()
    private let configCanary = "canary-config-8d7c6b5a49382716"

    @Test("issuer secrets, master keys, tokens and refused config values are in no answer, log, file or command line")
    func canaries() async throws {
        let issuers = #"[{"iss": "idp", "alg": "HS256", "secret": "\#(issuerSecret)"}]"#
        let server = try ServerProcess([
            "TRIBUTARY_JWT_ISSUERS": issuers, "TRIBUTARY_MASTER_KEYS": "k1:" + masterKey,
        ])
        try server.start()
        try server.write("people.csv", "id\n1\n")
        let client = try server.client()
        let token = try server.token()
        var answers = ""
        let wrong: [JSONObject] = [
            ["name": "A", "type": "file", "config": ["path": "people.csv", "password": .string(configCanary)]],
            ["name": "B", "type": "file", "config": ["path": .array([.string(configCanary)])]],
            ["name": "C", "type": "nosuch", "config": ["token": .string(configCanary)]],
        ]
        for body in wrong {
            do {
                let source = try await client.datasources.create(json: body)
                answers += String(decoding: source.serialized(), as: UTF8.self)
            } catch let error as TributaryError {
                answers += "\(error) \(error.errors)"
            }
        }
        let source = try await client.datasources.create(json: [
            "name": "People", "type": "file", "config": ["path": "people.csv"],
        ])
        let run = try await client.datasources.sync(source.id, wait: 30)
        answers += String(decoding: run.serialized(), as: UTF8.self)
        let process = try #require(server.process)
        let commandLine = try String(contentsOfFile: "/proc/\(process.id)/cmdline", encoding: .utf8)
        let files = try dataFiles(server)
        #expect(files.contains { $0.name.hasSuffix("-wal") }, "the write-ahead log is looked at too")
        let tokenSignature = try #require(token.split(separator: ".").last.map(String.init))
        for canary in [issuerSecret, masterKey, configCanary, tokenSignature] {
            #expect(!answers.contains(canary))
            #expect(!commandLine.contains(canary))
            #expect(try !server.logText().contains(canary))
            for file in files { #expect(file.bytes.range(of: Data(canary.utf8)) == nil, "\(file.name)") }
        }
        #expect(server.stop() == 0)
        await client.close()
    }

    private func dataFiles(_ server: ServerProcess) throws -> [(name: String, bytes: Data)] {
        let folder = server.folder.path + "/data"
        return try FileManager.default.contentsOfDirectory(atPath: folder).map { name in
            (name, try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
        }
    }
}
