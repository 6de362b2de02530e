public import Domain

extension ErrorCode {
    /// Every code that this target declares, for the catalogue.
    public static let httpFetchAll: [ErrorCode] = [
        .fetchTimeout, .fetchTooLarge, .fetchUnreachable, .fetchDamaged, .fetchRedirects, .fetchTooManyHosts,
    ]
}
