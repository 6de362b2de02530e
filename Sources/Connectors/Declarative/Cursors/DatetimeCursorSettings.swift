import Domain
import Interpolation

/// What a manifest says of a `DatetimeBasedCursor`.
struct DatetimeCursorSettings: Sendable {
    /// A time that a manifest gives, between bounds if it says so.
    struct Bound: Sendable {
        let time: Template
        var least: Template?
        var greatest: Template?
        let format: DatetimeFormat
        let context: Context

        /// The time; throws what the templates throw, and where a text isn't a time of the format.
        func value() throws -> DateTime {
            var value = try format.time(of: .string(time.string(in: context).text))
            if let least = try bound(least) { value = value.orLater(least) }
            if let greatest = try bound(greatest) { value = value.orEarlier(greatest) }
            return value
        }

        private func bound(_ template: Template?) throws -> DateTime? {
            guard let text = try template?.string(in: context).text, !text.isEmpty else { return nil }
            return try format.time(of: .string(text))
        }
    }

    /// The top-level field of records that says when they changed.
    let field: String
    let formats: CursorFormats
    /// What a window's bounds are called in slices.
    var startField = "start_time"
    var endField = "end_time"
    let firstTime: Bound
    /// Nil = the present.
    var lastTime: Bound?
    var lookback: TimeSpan?
    var step: TimeSpan?
    var granularity: TimeSpan?
    var clamping: Clamping.Target?
    var isStrict = false
    let now: @Sendable () -> DateTime

    /// Before which nothing is read.
    func start() throws -> DateTime { try firstTime.value() }

    /// Up to when is read.
    func end() throws -> DateTime {
        let end = try lastTime?.value() ?? now()
        guard let clamping else { return end }
        let usual = clamping == .day ? 1_000_000 : 86_400_000_000
        return Clamping(target: clamping, isCeiling: false).clamp(end)
            .subtracting(granularity ?? TimeSpan(microseconds: usual))
    }

    func plan(from start: DateTime) -> WindowPlan {
        WindowPlan(
            start: start, lookback: lookback, step: step, granularity: granularity,
            clamping: clamping.map { Clamping(target: $0, isCeiling: true) }, isStrict: isStrict)
    }

    /// The record's time; nil where it has none that can be read.
    func time(of record: Record) -> DateTime? {
        record.content.member(field).flatMap { $0.isNone ? nil : formats.time($0) }
    }

    /// A slice in two halves that the granularity keeps apart; nil where it is too short for that.
    func split(_ slice: StreamSlice, noSmallerThan smallest: TimeSpan?) -> [StreamSlice]? {
        guard let unit = granularity?.microseconds, unit > 0,
            let start = slice.cursorSlice[startField].flatMap(formats.time),
            let end = slice.cursorSlice[endField].flatMap(formats.time)
        else { return nil }
        let span = end.unixMicroseconds - start.unixMicroseconds
        guard span > 0, smallest.map({ span > $0.microseconds }) ?? true else { return nil }
        let units = span / unit + 1
        guard units > 1, let second = start.adding(TimeSpan(microseconds: units / 2 * unit)), !end.isBefore(second)
        else {
            return nil
        }
        let first = second.subtracting(TimeSpan(microseconds: unit))
        return [TimeWindow(start: start, end: first), TimeWindow(start: second, end: end)].map { window in
            StreamSlice(
                partition: slice.partition, cursorSlice: self.slice(window), extraFields: slice.extraFields)
        }
    }

    /// The slice's part for a window.
    func slice(_ window: TimeWindow) -> Mapping {
        [
            .string(startField): .string(formats.text(window.start)),
            .string(endField): .string(formats.text(window.end)),
        ]
    }
}

extension DatetimeCursorSettings {
    /// Reads a `DatetimeBasedCursor` node.
    init(_ node: ComponentNode, builder: ComponentBuilder) throws {
        let context = builder.context(node)
        let text = { (field: String) throws in try node.template(field)?.string(in: context).text }
        let span = { (field: String, text: String?) throws in
            guard let text, !text.isEmpty else { return TimeSpan?.none }
            do { return try TimeSpan(iso8601: text) } catch { throw node.invalid("must be a duration", at: field) }
        }
        guard let field = try text("cursor_field") else { throw node.invalid("is missing", at: "cursor_field") }
        let format = DatetimeFormat(try node.requiredText("datetime_format"))
        guard let first = try Self.bound(node, "start_datetime", format, builder) else {
            throw node.invalid("is missing", at: "start_datetime")
        }
        guard (node["step"] == nil) == (node["cursor_granularity"] == nil) else {
            throw node.invalid("has either step or cursor_granularity, which belong together")
        }
        self.init(
            field: field,
            formats: CursorFormats(
                output: format, inputs: try (node.texts("cursor_datetime_formats") ?? []).map { DatetimeFormat($0) }),
            startField: try text("partition_field_start") ?? "start_time",
            endField: try text("partition_field_end") ?? "end_time", firstTime: first,
            lastTime: try Self.bound(node, "end_datetime", format, builder),
            lookback: try span("lookback_window", text("lookback_window")), step: try span("step", text("step")),
            granularity: try span("cursor_granularity", node.text("cursor_granularity")),
            clamping: try Self.clamping(node, context), isStrict: try node.flag("is_compare_strictly") ?? false,
            now: builder.surroundings.templateSources.now)
    }

    private static func bound(
        _ node: ComponentNode, _ field: String, _ format: DatetimeFormat, _ builder: ComponentBuilder
    ) throws -> Bound? {
        guard node[field]?.mapping != nil, let bounded = try node.child(field) else {
            return try node.template(field).map { Bound(time: $0, format: format, context: builder.context(node)) }
        }
        let own = try bounded.text("datetime_format").flatMap { $0.isEmpty ? nil : DatetimeFormat($0) }
        let template = { (field: String) throws in
            try bounded.template(field).flatMap { $0.source.isEmpty ? nil : $0 }
        }
        return Bound(
            time: Template(try bounded.requiredText("datetime")), least: try template("min_datetime"),
            greatest: try template("max_datetime"), format: own ?? format, context: builder.context(bounded))
    }

    private static func clamping(_ node: ComponentNode, _ context: Context) throws -> Clamping.Target? {
        guard let clamping = try node.child("clamping") else { return nil }
        switch try clamping.template("target")?.string(in: context).text {
        case "DAY": return .day
        case "MONTH": return .month
        case "WEEK":
            let days = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
            guard let name = clamping["target_details"]?["weekday"]?.string, let day = days.firstIndex(of: name) else {
                throw clamping.invalid("needs a weekday for weeks", at: "target_details")
            }
            return .week(day)
        default: throw clamping.invalid("must be DAY, WEEK or MONTH", at: "target")
        }
    }
}
