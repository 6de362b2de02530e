/// A mapping with attributes: what templates see of stream slices and of records that carry more than their data.
public final class MappingObject: ValueObject {
    public let typeName: String
    private let content: Mapping
    private let attributes: Mapping

    /// Makes an object; the attributes win over the mapping's keys where a template writes `x.name`.
    public init(typeName: String, _ mapping: Mapping, attributes: Mapping) {
        self.typeName = typeName
        content = mapping
        self.attributes = attributes
    }

    /// What it is where a mapping is wanted.
    public var mapping: Mapping? { content }

    /// Whether there is any key, or any extra field.
    public var isTrue: Bool { !content.isEmpty || attributes["extra_fields"]?.isTrue == true }

    public func attribute(_ name: String) -> Value? { attributes[name] }

    /// A slice: the keys of its partition, then those of its cursor. Its attributes are `partition`, `cursor_slice` and
    /// `extra_fields`.
    public static func slice(partition: Mapping, cursorSlice: Mapping = [:], extraFields: Mapping = [:]) -> Value {
        var all = partition
        all.merge(cursorSlice)
        return .object(
            MappingObject(
                typeName: "StreamSlice", all,
                attributes: [
                    "partition": .mapping(partition), "_partition": .mapping(partition),
                    "cursor_slice": .mapping(cursorSlice), "extra_fields": .mapping(extraFields),
                ]))
    }

    /// A record of a stream. Its attributes are `data`, `stream_name`, `associated_slice` and `file_reference`.
    public static func record(_ data: Mapping, streamName: String, slice: Value = .none) -> Value {
        .object(
            MappingObject(
                typeName: "Record", data,
                attributes: [
                    "data": .mapping(data), "stream_name": .string(streamName), "associated_slice": slice,
                    "file_reference": .none,
                ]))
    }
}
