import Domain
import Interpolation

@testable import Declarative

extension TemplateSources {
    /// A clock that stands still.
    static let still = TemplateSources(
        now: { .at("2025-06-15T12:34:56Z") }, uuid: { "00000000-0000-0000-0000-000000000000" })
}

extension DateTime {
    /// The time that an ISO 8601 text says; 1970 for another text.
    static func at(_ text: String) -> DateTime {
        if let time = try? DateTime(iso8601: text) { return time }
        return DateTime(Timestamp(milliseconds: 0))
    }
}

extension DatetimeCursorSettings {
    /// Days of 2025 from the 1st of January on, up to the still clock.
    static func days(
        _ change: (inout DatetimeCursorSettings) -> Void = { _ in }
    ) -> DatetimeCursorSettings {
        let format = DatetimeFormat("%Y-%m-%d")
        var settings = DatetimeCursorSettings(
            field: "updated", formats: CursorFormats(output: format),
            firstTime: Bound(
                time: Template("2025-01-01"), format: format, context: Context(config: [:], sources: .still)),
            now: TemplateSources.still.now)
        change(&settings)
        return settings
    }
}

extension StreamCursor {
    /// The slices as they are handed out.
    func slices() async throws -> [StreamSlice] {
        var slices: [StreamSlice] = []
        try await forEachSlice { slices.append($0) }
        return slices
    }

    /// Takes records with these cursor values, then closes the slice.
    @discardableResult
    func read(_ slice: StreamSlice, _ values: Value...) throws -> Mapping? {
        observe(values.map { Record(.value(["updated": $0]), slice: slice) }, in: slice)
        return try close(slice)
    }
}

/// Partitions that are given.
final class GivenPartitions: PartitionRouter {
    private let partitions: [StreamSlice]
    private let parents: Mapping?

    init(_ partitions: [Mapping], extras: Mapping = [:], parents: Mapping? = nil) {
        self.partitions = partitions.map { StreamSlice(partition: $0, extraFields: extras) }
        self.parents = parents
    }

    func forEachPartition(_ body: (StreamSlice) async throws -> Void) async throws {
        for partition in partitions { try await body(partition) }
    }

    func parentState() -> Mapping? { parents }
}

extension PartitionRouter {
    func partitions() async throws -> [StreamSlice] {
        var partitions: [StreamSlice] = []
        try await forEachPartition { partitions.append($0) }
        return partitions
    }
}
