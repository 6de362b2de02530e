import CannedServer
import FaultKit
import JSON
import TestSupport
import Testing
import TributaryClient

/// The real program, given answers that no memory holds.
@Suite(.serialized, .ownThreads) struct HugeAnswerTests {
    /// What the server pours out after a good first page.
    enum Flood: String, CaseIterable, CustomTestStringConvertible {
        case announced, chunked, spaces, bomb, slowBomb, packed, slowlyPacked

        var testDescription: String { rawValue }

        private var pieces: Int { decoder.contains("Gzip") ? 2_048 : 10_240 }

        var answer: CannedServer.Answer {
            switch self {
            case .announced, .chunked:
                // 10 GB of records in one array that never ends.
                let records = Array(String(repeating: #"{"id":7},"#, count: 116_509).utf8)
                return .init(200, #"{"items":["#)
                    .followed(by: records, times: pieces, isAnnounced: self == .announced)
            case .spaces:
                return .init(200).followed(
                    by: Array(repeating: 0x20, count: 1 << 20), times: pieces, isAnnounced: false)
            case .bomb, .slowBomb:
                return .init(200, headers: [("Content-Encoding", "gzip")]).followed(
                    by: Self.spaces(isSlow: self == .slowBomb), times: pieces, isAnnounced: false)
            case .packed, .slowlyPacked:
                return .init(200, headers: [("Content-Type", "application/gzip")]).followed(
                    by: Self.spaces(isSlow: self == .slowlyPacked), times: pieces, isAnnounced: false)
            }
        }

        var code: String {
            switch self {
            case .packed: "declarative.inflation_limit"
            case .slowlyPacked: "declarative.body_too_large"
            default: "http_fetch.too_large"
            }
        }

        var decoder: String {
            switch self {
            case .packed, .slowlyPacked: "{type: GzipDecoder, decoder: {type: JsonDecoder}}"
            default: "{type: JsonDecoder}"
            }
        }

        /// A MiB of spaces as gzip has it (RFC 1952) and, where it is to be slow, so many empty members before it that all of
        /// it inflates to 90 times its size, which is no reason yet to refuse it.
        private static func spaces(isSlow: Bool) -> [UInt8] {
            let member: [UInt8] =
                [
                    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 237, 193, 49, 1, 0, 0, 0, 194, 160, 42, 235, 159, 210, 16, 190, 64,
                    1,
                ]
                + Array(repeating: 0, count: 1_015) + [124, 6, 167, 2, 3, 241, 0, 0, 16, 0]
            // Members without content: the head, an empty block, the checksum and size of nothing.
            let empty: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 3, 0] + Array(repeating: 0, count: 8)
            return Array(repeatElement(empty, count: isSlow ? 530 : 0).joined()) + member
        }
    }

    @Test(
        "an answer of ten gigabytes, or one that inflates to that, ends the run with what a person must act on; memory stays small",
        .timeLimit(.minutes(20)), arguments: Flood.allCases)
    func huge(_ flood: Flood) async throws {
        try await CannedServer.with(answering: { request in
            request.target.contains("page=2") ? flood.answer : .init(200, #"{"items":[{"id":1}]}"#)
        }) { mock in
            let server = try ServerProcess(["TRIBUTARY_EGRESS_ALLOW": "127.0.0.0/8"])
            try server.start()
            let client = try server.client()
            _ = try await client.connectors.create("floods", manifest: Self.manifest(flood.decoder))
            let source = try await client.datasources.create(json: [
                "name": "Floods", "type": "floods", "config": ["url": .string(mock.url)], "sync_schedule": "@daily",
            ])
            let run = try await client.datasources.finished(try await client.datasources.sync(source.id))
            #expect(run.status == "failed" && run.error?.code == flood.code, "\(String(describing: run.error))")
            #expect(run.error?.recovery == "fix_config" && run.error?.retryAt == nil)
            #expect(run.error?.message.isEmpty == false)
            #expect(try await client.datasources.get(source.id).nextSyncAt == nil)
            #expect(mock.requests.map(\.target) == ["/things", "/things?page=2"])
            for try await record in client.datasources.allRecords(source.id, "things") {
                #expect(try record.data?.parsed() == ["id": 1])
            }
            let peak = try server.memoryPeak()
            #expect(peak < 250 << 20, "\(peak >> 20) MiB")
            await client.close()
            _ = server.stop()
        }
    }

    @Test("a body of lines is read as it comes, however long it is; memory stays small", .timeLimit(.minutes(20)))
    func lines() async throws {
        let line = #"{"id":7,"text":""# + String(repeating: "x", count: 1 << 20) + "\"}\n"
        try await CannedServer.with(answers: [
            CannedServer.Answer(200).followed(by: Array(line.utf8), times: 150, isAnnounced: true)
        ]) { mock in
            let server = try ServerProcess(["TRIBUTARY_EGRESS_ALLOW": "127.0.0.0/8"])
            try server.start()
            let client = try server.client()
            let manifest = Self.manifest("{type: JsonlDecoder}").replacing("page_size: 1}", with: "page_size: 500}")
                .replacing("field_path: [items]", with: "field_path: []")
            _ = try await client.connectors.create("lines", manifest: manifest)
            let source = try await client.datasources.create(json: [
                "name": "Lines", "type": "lines", "config": ["url": .string(mock.url)],
            ])
            let run = try await client.datasources.finished(try await client.datasources.sync(source.id))
            #expect(run.status == "succeeded" && run.entities.map(\.read) == [150], "\(String(describing: run.error))")
            let peak = try server.memoryPeak()
            #expect(peak < 250 << 20, "\(peak >> 20) MiB")
            await client.close()
            _ = server.stop()
        }
    }

    private static func manifest(_ decoder: String) -> String {
        """
        version: 6.0.0
        type: DeclarativeSource
        check: {type: CheckStream, stream_names: [things]}
        streams:
          - type: DeclarativeStream
            name: things
            primary_key: id
            retriever:
              type: SimpleRetriever
              requester: {type: HttpRequester, url_base: "{{ config['url'] }}", path: things, http_method: GET}
              decoder: \(decoder)
              record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: [items]}}
              paginator:
                type: DefaultPaginator
                page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
                pagination_strategy: {type: PageIncrement, start_from_page: 1, page_size: 1}
            schema_loader: {type: InlineSchemaLoader, schema: {type: object}}
        spec:
          type: Spec
          connection_specification:
            type: object
            required: [url]
            properties: {url: {type: string, title: Address}}
        """
    }
}
