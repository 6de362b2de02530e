import ConnectorAPI
public import Domain
import Interpolation

extension SourceRun {
    /// Tries the streams that the manifest names for it: the first record of the first slice of each.
    ///
    /// Throws what is wrong. A stream without records is fine, one without slices isn't.
    func check() async throws {
        let check = try root.requiredChild("check")
        let nodes = try await streamNodes()
        guard check.type == "CheckStream" else {
            let count = try check.integer("stream_count") ?? 1
            for node in nodes.prefix(count) { try await self.check(node) }
            return
        }
        let names = try (check.texts("stream_names") ?? []).map {
            try Template($0).string(in: builder.context(check)).text
        }
        guard !names.isEmpty || check["dynamic_streams_check_configs"] != nil else {
            throw check.invalid("names no stream", at: "stream_names")
        }
        for name in names {
            guard let node = try nodes.first(where: { try builder.streamName($0) == name }) else {
                throw check.invalid("names \(name), which is no stream of the manifest", at: "stream_names")
            }
            try await self.check(node)
        }
        try await checkDynamic(check, nodes)
    }

    private func checkDynamic(_ check: ComponentNode, _ nodes: [ComponentNode]) async throws {
        for entry in try check.children("dynamic_streams_check_configs") {
            let name = try entry.requiredText("dynamic_stream_name")
            let made = nodes.filter { $0["dynamic_stream_name"]?.string == name }
            guard !made.isEmpty else { throw entry.invalid("is no dynamic stream", at: "dynamic_stream_name") }
            let count = try entry.integer("stream_count") ?? made.count
            for node in made.prefix(count) { try await self.check(node) }
        }
    }

    private func check(_ node: ComponentNode) async throws {
        let stream = try builder.stream(node)
        var hasSlice = false
        do {
            try await stream.cursor.forEachSlice { slice in
                hasSlice = true
                try await stream.retriever.read(slice) { records in
                    if !records.isEmpty { throw EnoughRead() }
                }
                throw EnoughRead()
            }
        } catch is EnoughRead {
            return
        }
        guard hasSlice else {
            throw AppError.source(
                .declarativeNoSlices, "the stream \(stream.name) has nothing that could be read: no slices",
                recovery: .fixConfig)
        }
    }
}

/// Ends a read that has seen what it wanted.
struct EnoughRead: Error {}

extension ErrorCode {
    /// There is nothing to try the connection with.
    public static let declarativeNoSlices = ErrorCode(
        "declarative.no_slices", .source, "the stream to try the connection with has no slices")
}
