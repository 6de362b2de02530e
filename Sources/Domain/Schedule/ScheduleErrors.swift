extension ErrorCode {
    public static let scheduleInvalid = ErrorCode(
        "schedule.invalid", .invalid,
        "The schedule is neither a cron expression nor @hourly, @daily, @weekly or @monthly nor an ISO 8601 duration.")
    public static let scheduleNeverFires = ErrorCode(
        "schedule.never_fires", .invalid, "No date matches the cron expression, so it would never run.")
    public static let scheduleUnknownZone = ErrorCode(
        "schedule.unknown_zone", .invalid,
        "CRON_TZ names no time zone of the IANA database; write Area/City, such as Europe/Berlin, or UTC.")
}
