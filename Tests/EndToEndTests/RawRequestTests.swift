import FaultKit
import Foundation
import JSON
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// What isn't proper HTTP, or isn't a proper body, sent over sockets to the whole program; and clients that are slow.
@Suite(.serialized, .ownThreads) struct RawRequestTests {
    private static let isLarge = ProcessInfo.processInfo.environment["TRIBUTARY_TEST_LARGE"] != nil

    @Test("everything that is malformed or too large gets a 4xx with a problem, for little work and no memory")
    func malformed() async throws {
        let server = try ServerProcess()
        try server.start()
        let client = try server.client()
        let push = try await client.datasources.create(json: [
            "name": "Pushed", "type": "push", "config": ["entities": ["o": ["primary_key": ["id"]]]],
        ])
        let cases = MalformedRequests(token: try server.token(), source: push.id).all
        #expect(cases.count >= 80)
        let process = try #require(server.process).id
        let port = try #require(URLComponents(string: server.url)?.port)
        // The first pass brings all that is made once into memory.
        for (name, bytes) in cases { try expectRefusal(name, bytes, port) }
        let (cpu, memory) = (try Self.cpu(of: process), try Self.memory(of: process))
        for (name, bytes) in cases { try expectRefusal(name, bytes, port) }
        let mean = (try Self.cpu(of: process) - cpu) / Double(cases.count)
        #expect(mean < 0.05, "\(mean) s of CPU each")
        #expect(try Self.memory(of: process) - memory < 24 << 20)
        #expect(try await client.health().status == "ok")
        #expect(try await client.datasources.records(push.id, "o").total == 0)
        await client.close()
    }

    @Test("500 slow connections hurt nobody else, and are cut off")
    func slowClients() async throws {
        let server = try ServerProcess()
        try server.start()
        let client = try server.client()
        let port = try #require(URLComponents(string: server.url)?.port)
        let token = try server.token()
        let head = "POST /api/v1/datasources HTTP/1.1\r\nHost: x\r\n"
        let body =
            head + "Authorization: Bearer \(token)\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
        let slow = try (0..<500).map { number in
            let socket = try RawSocket(port: port)
            // A third says nothing, a third is in its head, a third in its body.
            if number % 3 > 0 { socket.send(Array((number % 3 == 1 ? head : body).utf8)) }
            return socket
        }
        let clock = ContinuousClock()
        let start = clock.now
        let time: Duration = Self.isLarge ? .seconds(60) : .seconds(10)
        var taken: [Duration] = []
        var beat = 0
        while clock.now - start < time {
            let begin = clock.now
            #expect(try await client.datasources.list().total == 0)
            taken.append(clock.now - begin)
            // One byte a second from each: not idle, and never done.
            guard (clock.now - start) / .seconds(1) >= Double(beat) else { continue }
            beat += 1
            for (number, socket) in slow.enumerated() where number % 3 > 0 { socket.send([UInt8(ascii: "a")]) }
        }
        taken.sort()
        #expect(taken[taken.count * 99 / 100] < .seconds(1), "p99 of \(taken.count) requests")
        if Self.isLarge {
            // Each has had more than the 30 seconds of a head by now, and the 60 of a body.
            for (number, socket) in slow.enumerated() {
                let end = String(decoding: socket.receive(), as: UTF8.self)
                #expect(number % 3 < 2 || end.hasPrefix("HTTP/1.1 408 "), "\(end)")
            }
        }
        await client.close()
    }

    @Test("half a body isn't taken for a whole one, even where what came could stand alone")
    func cutBody() async throws {
        let server = try ServerProcess()
        try server.start()
        let client = try server.client()
        let push = try await client.datasources.create(json: [
            "name": "Pushed", "type": "push", "config": ["entities": ["o": ["primary_key": ["id"]]]],
        ])
        let port = try #require(URLComponents(string: server.url)?.port)
        let token = try server.token()
        for framing in [
            "Content-Length: 100\r\n\r\n{\"id\":1}\n", "Transfer-Encoding: chunked\r\n\r\n9\r\n{\"id\":1}\n\r\n",
        ] {
            let socket = try RawSocket(port: port)
            let head =
                "POST /api/v1/datasources/\(push.id)/records/o HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n"
            socket.send(Array((head + "Content-Type: application/jsonl\r\n" + framing).utf8))
            socket.finishSending()
            #expect(String(decoding: socket.receive(), as: UTF8.self).hasPrefix("HTTP/1.1 400 "))
        }
        #expect(try await client.datasources.records(push.id, "o").total == 0)
        await client.close()
    }

    private func expectRefusal(_ name: String, _ bytes: [UInt8], _ port: Int) throws {
        let socket = try RawSocket(port: port)
        socket.send(bytes)
        socket.finishSending()
        let text = String(decoding: socket.receive(), as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 4"), "\(name): \(text.prefix(200))")
        #expect(text.lowercased().contains("content-type: application/problem+json"), "\(name): \(text.prefix(400))")
        #expect(text.lowercased().contains("x-request-id: "), "\(name)")
    }

    /// Seconds that the process has worked (proc(5), fields 14 and 15 of `stat`).
    private static func cpu(of process: Int32) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        let fields = text.drop { $0 != ")" }.split(separator: " ")
        return (Double(fields[12]).map { $0 + (Double(fields[13]) ?? 0) } ?? 0) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Bytes of its resident memory.
    private static func memory(of process: Int32) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)
        return (Int(text.split(separator: " ")[1]) ?? 0) * 4096
    }
}
