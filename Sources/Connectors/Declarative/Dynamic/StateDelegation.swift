import Interpolation

extension ComponentBuilder {
    /// The stream that a `StateDelegatingStream` is: the one for full reads where there is no state, or one older than the
    /// source keeps what changed; else the one that goes on from the state.
    ///
    /// - Returns: The stream's node, and whether the state counts for it.
    func delegate(of node: ComponentNode, state: Mapping?) throws -> (stream: ComponentNode, keepsState: Bool) {
        let full = try node.requiredChild("full_refresh_stream")
        let incremental = try node.requiredChild("incremental_stream")
        let names = try [node, full, incremental].map(streamName)
        guard names.allSatisfy({ $0 == names[0] }) else {
            throw node.invalid("and its two streams must have one name", at: "name")
        }
        guard let state, !state.isEmpty else { return (full, true) }
        guard let period = try node.template("api_retention_period")?.string(in: context(node)).text, !period.isEmpty
        else { return (incremental, true) }
        let span = try TimeSpan(iso8601: period)
        let now = surroundings.templateSources.now()
        let reached = try reached(full, state, now: now) ?? reached(incremental, state, now: now)
        guard let reached, !reached.isBefore(now.subtracting(span)) else { return (full, false) }
        return (incremental, true)
    }

    /// Up to when a stream is read by its state; nil where the stream can't tell.
    private func reached(_ stream: ComponentNode, _ state: Mapping, now: DateTime) throws -> DateTime? {
        guard let sync = try stream.child("incremental_sync") else {
            return state["__ab_no_cursor_state_message"]?.isTrue == true ? now : nil
        }
        let settings = try DatetimeCursorSettings(sync, builder: self)
        let isPartitioned = try stream.child("retriever")?["partition_router"] != nil
        let own = isPartitioned ? state["state"]?.mapping : state
        return own?[settings.field].flatMap(settings.formats.time)
    }
}
