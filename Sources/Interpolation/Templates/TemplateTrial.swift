public import Domain
import JSON

/// Tries templates for their authors: one JSON object with a template in, one with its value out, in a context that is
/// written as JSON.
///
/// The context has the names of templates as members (`record`, `response`, `headers`, …). `stream_slice` is a slice
/// whose members `start_time` and `end_time` are its cursor's, `extra_fields` are those of the slice, `last_record` is a
/// record, and `now` is the time by ISO 8601 that the clock stands at. Other members are further names.
public struct TemplateTrial: Sendable {
    private let context: Context

    /// Reads a context, or the member `context` of a document that has one. Throws `value.json_invalid`, and
    /// `template.failed` where `now` is no time.
    public init(context text: [UInt8], sources: TemplateSources) throws(AppError) {
        let document = try Value(json: text)
        guard let members = (document["context"] ?? document).mapping else {
            throw AppError(.valueJSONInvalid, "The context must be an object.")
        }
        var sources = sources
        if let now = members["now"]?.string {
            let time = try DateTime(iso8601: now)
            sources = TemplateSources(now: { time }, uuid: sources.uuid)
        }
        var context = Context(
            config: members["config"] ?? .mapping([:]), parameters: members["parameters"] ?? .mapping([:]),
            sources: sources)
        for entry in members {
            guard case .string(let name) = entry.key, !["now", "config", "parameters", "extra_fields"].contains(name)
            else { continue }
            guard let slot = Context.Name(word: name) else {
                context.extras[name] = entry.value
                continue
            }
            context[slot] = Self.seen(entry.value, as: slot, extraFields: members["extra_fields"]?.mapping ?? [:])
        }
        self.context = context
    }

    private static func seen(_ value: Value, as name: Context.Name, extraFields: Mapping) -> Value {
        guard let mapping = value.mapping else { return value }
        switch name {
        case .streamSlice:
            var partition = mapping
            var cursor = Mapping()
            for name in ["start_time", "end_time"] {
                if let bound = partition.remove(.string(name)) { cursor[name] = bound }
            }
            return MappingObject.slice(partition: partition, cursorSlice: cursor, extraFields: extraFields)
        case .lastRecord: return MappingObject.record(mapping, streamName: "")
        default: return value
        }
    }

    /// Answers one line `{"template": …, "config": …}` with `{"value": …}`, or with `{"error": {"code", "message"}}`.
    /// Without a config that of the context holds.
    public func answer(_ line: [UInt8]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        do throws(AppError) {
            let value = try value(of: line)
            writer.name("value")
            value.write(to: &writer)
        } catch {
            writer.name("error")
            writer.beginObject()
            writer.name("code")
            writer.string(error.code)
            writer.name("message")
            writer.string(error.message)
            writer.endObject()
        }
        writer.endObject()
        return writer.bytes
    }

    private func value(of line: [UInt8]) throws(AppError) -> Value {
        let request = try Value(json: line)
        guard let source = request["template"]?.string else {
            throw AppError(.valueJSONInvalid, "A line must be an object with the string 'template'.")
        }
        var context = context
        if let config = request["config"] { context[.config] = config }
        return try Template(source).value(in: context)
    }
}
