import Interpolation

/// One piece of a stream that is read on its own: a partition (an account, a parent record) and within it what a cursor
/// cut off (a window of time).
///
/// Templates see it as one mapping, partition before cursor slice, whose parts are its attributes `partition`,
/// `cursor_slice` and `extra_fields`.
final class StreamSlice: ValueObject {
    /// What a partition router said: `{"id": 7, "parent_slice": {}}`; empty without one.
    let partition: Mapping
    /// What the cursor said: `{"start_time": "2025-01-01", "end_time": "2025-01-31"}`; empty without one.
    let cursorSlice: Mapping
    /// Fields of a parent's record that templates may ask for; not part of state.
    let extraFields: Mapping
    /// Both merged, as templates see it.
    let merged: Mapping

    init(partition: Mapping = [:], cursorSlice: Mapping = [:], extraFields: Mapping = [:]) {
        self.partition = partition
        self.cursorSlice = cursorSlice
        self.extraFields = extraFields
        var merged = partition
        merged.merge(cursorSlice)
        self.merged = merged
    }

    /// The slice of a stream that has neither partitions nor a cursor.
    static let whole = StreamSlice()

    let typeName = "StreamSlice"
    var mapping: Mapping? { merged }

    func attribute(_ name: String) -> Value? {
        switch name {
        case "partition": .mapping(partition)
        case "cursor_slice": .mapping(cursorSlice)
        case "extra_fields": .mapping(extraFields)
        default: nil
        }
    }
}
