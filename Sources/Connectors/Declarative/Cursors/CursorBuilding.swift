import Interpolation

extension ComponentBuilder {
    /// The cursor of a stream: of its `incremental_sync` node, its partition router, or both; one that gives the whole
    /// stream as a slice where it has neither.
    func cursor(
        _ node: ComponentNode?, router: (any PartitionRouter)?, of stream: StreamIdentity
    ) throws -> any StreamCursor {
        guard let node else { return WholeCursor(router: router) }
        switch node.type {
        case "DatetimeBasedCursor":
            let settings = try DatetimeCursorSettings(node, builder: self)
            let options = WindowOptions(
                start: try node.child("start_time_option").map { try RequestOption($0, builder: self) },
                end: try node.child("end_time_option").map { try RequestOption($0, builder: self) },
                startField: settings.startField, endField: settings.endField)
            guard let router else { return DatetimeCursor(settings, options: options) }
            // Groups of partitions have no progress of their own.
            let isGlobal = try router is GroupingRouter || node.flag("global_substream_cursor") ?? false
            return PartitionedCursor(
                settings, options: options, router: router, isGlobal: isGlobal, clock: surroundings.clock)
        case "IncrementingCountCursor":
            guard router == nil else { throw node.invalid("can't be used with a partition router") }
            return try countCursor(node)
        default: throw node.unknownType()
        }
    }

    private func countCursor(_ node: ComponentNode) throws -> CountCursor {
        let context = context(node)
        let first = try node.template("start_value")?.string(in: context).pythonInteger?.int
        if first == nil, node["start_value"] != nil { throw node.invalid("must be an integer", at: "start_value") }
        return CountCursor(
            field: try Template(node.requiredText("cursor_field")).string(in: context).text, first: first ?? 0,
            option: try node.child("start_value_option").map { try RequestOption($0, builder: self) })
    }
}
