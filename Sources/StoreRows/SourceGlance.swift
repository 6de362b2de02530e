/// As much of a DataSource's row as an answer needs whose text is kept in it: the columns of ``SourceRow/glance(tenant:)``, taken
/// from first to last.
package struct SourceGlance {
    /// Whether the kept text is what an answer says now: written in this way, and no run is active, which no kept text
    /// names.
    package let isCurrent: Bool

    /// Reads the first columns and hands the text to `take` where it is current.
    @inlinable
    package init(_ row: inout some StoredRow, textVersion: Int64, _ take: (UnsafeRawBufferPointer) -> Void) {
        let hasVersion = row.optionalInt64() == textVersion
        isCurrent = row.isNull() && hasVersion
        if isCurrent { row.withBlob(take) } else { row.skip() }
    }
}
