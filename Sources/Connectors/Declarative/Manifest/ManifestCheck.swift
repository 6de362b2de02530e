import Domain
import Interpolation
import JSON

/// Checks a manifest's outline: the fields without which nothing can be done. What is inside components is checked when they
/// are made.
enum ManifestCheck {
    static func check(_ root: ComponentNode) throws {
        guard root.type == "DeclarativeSource" else { throw root.invalid("must be DeclarativeSource", at: "type") }
        let check = try root.requiredChild("check")
        guard ["CheckStream", "CheckDynamicStream"].contains(check.type) else { throw check.unknownType() }
        let streams = try root.children("streams")
        let dynamic = try root.children("dynamic_streams")
        guard !streams.isEmpty || !dynamic.isEmpty else { throw root.invalid("is missing", at: "streams") }
        for stream in streams {
            switch stream.type {
            case "DeclarativeStream": try self.check(stream: stream)
            case "StateDelegatingStream":
                _ = try stream.requiredText("name")
                try self.check(stream: try stream.requiredChild("full_refresh_stream"))
                try self.check(stream: try stream.requiredChild("incremental_stream"))
            default: throw stream.unknownType()
            }
        }
        for stream in dynamic {
            _ = try stream.requiredChild("stream_template")
            _ = try stream.requiredChild("components_resolver")
        }
    }

    private static func check(stream: ComponentNode) throws {
        let retriever = try stream.requiredChild("retriever")
        guard ["SimpleRetriever", "AsyncRetriever"].contains(retriever.type) else { throw retriever.unknownType() }
        let selector = try retriever.requiredChild("record_selector")
        _ = try selector.requiredChild("extractor")
        if retriever.type == "SimpleRetriever" { _ = try retriever.requiredChild("requester") }
    }
}
