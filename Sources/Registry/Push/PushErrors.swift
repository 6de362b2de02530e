public import Domain

extension ErrorCode {
    /// A run was asked of a DataSource whose records are pushed.
    public static let sourceIsPushed = ErrorCode(
        "datasource.push_only", .conflict,
        "The DataSource has no runs: its records are pushed, by POST /api/v1/datasources/{id}/records/{entity}.")
    /// Records were pushed to a DataSource that has runs.
    public static let sourceHasRuns = ErrorCode(
        "datasource.not_push", .conflict,
        "The DataSource's records are read by its runs; only one of type push takes what is sent.")
    /// The config doesn't declare the entity.
    public static let pushEntityUnknown = ErrorCode(
        "push.entity_unknown", .invalid, "The DataSource's config declares no entity of this name.")
    /// Records of the entity are kept under another key.
    public static let pushKeyChanged = ErrorCode(
        "push.key_changed", .conflict,
        "The entity's stored records have another primary key than its config now; erase the entity first.")
    /// Too many items.
    public static let pushTooManyItems = ErrorCode(
        "push.too_many_items", .tooLarge, "One request takes at most 200,000 items; send them in several.")
    /// The tenant's requests that push now hold too much.
    public static let pushBusy = ErrorCode(
        "push.busy", .throttled, "Too many requests of this tenant push at once; try again shortly.")
    /// `_deleted` is neither true nor false.
    static let pushMarkerInvalid = ErrorCode(
        "push.marker_invalid", .source, "the item's _deleted must be true or false")
}
