import Domain
import Testing

/// Changes of the clock: Berlin 2026-03-29 02:00 to 03:00 and 2026-10-25 03:00 to 02:00; New York 2026-03-08 and
/// 2026-11-01; Lord Howe by half an hour on 2026-10-04 (02:00 to 02:30) and 2026-04-05 (02:00 to 01:30); Apia left out
/// 2011-12-30; St John's changed at 00:01 in 2010; Cairo at midnight.
@Suite struct ScheduleZoneTests {
    @Test(
        "runs a skipped local time once at the next valid minute",
        arguments: [
            ScheduleCase(
                "CRON_TZ=Europe/Berlin 30 2 * * *", "2026-03-28T00:00:00Z", "2026-03-28T01:30:00Z",
                "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"),
            ScheduleCase(
                "CRON_TZ=Europe/Berlin */10 2,3 * * *", "2026-03-29T00:59:00Z", "2026-03-29T01:00:00Z",
                "2026-03-29T01:10:00Z"),
            ScheduleCase(
                "CRON_TZ=Europe/Berlin 0 2,3 * * *", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z",
                "2026-03-30T00:00:00Z"),
            ScheduleCase(
                "CRON_TZ=Europe/Berlin 30 2,3 * * *", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z",
                "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"),
            ScheduleCase(
                "CRON_TZ=America/New_York 15 2 8 3 *", "2026-01-01T00:00:00Z", "2026-03-08T07:00:00Z",
                "2027-03-08T07:15:00Z"),
            ScheduleCase(
                "CRON_TZ=Australia/Lord_Howe 10 2 * * *", "2026-10-03T00:00:00Z", "2026-10-03T15:30:00Z",
                "2026-10-04T15:10:00Z"),
            ScheduleCase(
                "CRON_TZ=Pacific/Apia 0 12 30 12 *", "2011-12-01T00:00:00Z", "2011-12-30T10:00:00Z",
                "2012-12-29T22:00:00Z"),
            ScheduleCase(
                "CRON_TZ=Pacific/Apia 0 12 * * *", "2011-12-29T00:00:00Z", "2011-12-29T22:00:00Z",
                "2011-12-30T10:00:00Z", "2011-12-30T22:00:00Z"),
            ScheduleCase(
                "CRON_TZ=Africa/Cairo @daily", "2026-04-22T22:30:00Z", "2026-04-23T22:00:00Z",
                "2026-04-24T21:00:00Z"),
        ])
    func skipped(row: ScheduleCase) throws { try row.check() }

    @Test(
        "runs a repeated local time once, at its first coming",
        arguments: [
            ScheduleCase(
                "CRON_TZ=Europe/Berlin 30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z",
                "2026-10-26T01:30:00Z"),
            ScheduleCase("CRON_TZ=Europe/Berlin 30 2 * * *", "2026-10-25T01:10:00Z", "2026-10-26T01:30:00Z"),
            ScheduleCase(
                "CRON_TZ=Europe/Berlin */30 2,3 * * *", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z",
                "2026-10-25T02:00:00Z", "2026-10-25T02:30:00Z", "2026-10-26T01:00:00Z"),
            ScheduleCase(
                "CRON_TZ=Europe/Berlin 0 */2 * * *", "2026-10-24T23:00:00Z", "2026-10-25T00:00:00Z",
                "2026-10-25T03:00:00Z"),
            ScheduleCase(
                "CRON_TZ=America/New_York 30 1 * * *", "2026-11-01T00:00:00Z", "2026-11-01T05:30:00Z",
                "2026-11-02T06:30:00Z"),
            ScheduleCase(
                "CRON_TZ=Australia/Lord_Howe 45 1 * * *", "2026-04-04T00:00:00Z", "2026-04-04T14:45:00Z",
                "2026-04-05T15:15:00Z"),
            ScheduleCase(
                "CRON_TZ=America/St_Johns 30 23 * * *", "2010-11-06T12:00:00Z", "2010-11-07T02:00:00Z",
                "2010-11-08T03:00:00Z"),
            ScheduleCase(
                "CRON_TZ=America/St_Johns @daily", "2010-11-06T12:00:00Z", "2010-11-07T02:30:00Z",
                "2010-11-08T03:30:00Z"),
        ])
    func repeated(row: ScheduleCase) throws { try row.check() }

    @Test(
        "goes on as time passes when every hour matches",
        arguments: [
            ScheduleCase(
                "CRON_TZ=Europe/Berlin */30 * * * *", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z",
                "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"),
            ScheduleCase(
                "CRON_TZ=Europe/Berlin 50 0-23 * * *", "2026-10-25T00:50:00Z", "2026-10-25T01:50:00Z",
                "2026-10-25T02:50:00Z"),
            ScheduleCase("CRON_TZ=Europe/Berlin 30 * * * *", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"),
            ScheduleCase(
                "CRON_TZ=Europe/Berlin 30 * 25 10 *", "2026-01-01T00:00:00Z", "2026-10-24T22:30:00Z",
                "2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"),
            ScheduleCase(
                "CRON_TZ=Australia/Lord_Howe 45 * * * *", "2026-04-04T14:00:00Z", "2026-04-04T14:45:00Z",
                "2026-04-04T15:15:00Z", "2026-04-04T16:15:00Z"),
            ScheduleCase(
                "CRON_TZ=Australia/Lord_Howe @hourly", "2026-10-03T14:00:00Z", "2026-10-03T14:30:00Z",
                "2026-10-03T16:00:00Z"),
            ScheduleCase(
                "CRON_TZ=America/St_Johns 30 * 6 11 *", "2010-11-07T01:45:00Z", "2010-11-07T02:00:00Z",
                "2010-11-07T03:00:00Z", "2011-11-06T03:00:00Z"),
            ScheduleCase(
                "CRON_TZ=Pacific/Apia 0 * * * *", "2011-12-30T08:30:00Z", "2011-12-30T09:00:00Z",
                "2011-12-30T10:00:00Z", "2011-12-30T11:00:00Z"),
            ScheduleCase("CRON_TZ=Pacific/Apia 0 * 30 12 *", "2011-12-01T00:00:00Z", "2012-12-29T10:00:00Z"),
        ])
    func everyHour(row: ScheduleCase) throws { try row.check() }

    @Test(
        "knows offsets of 30 and 45 minutes",
        arguments: [
            ScheduleCase(
                "CRON_TZ=Asia/Kathmandu 0 6 * * *", "2026-05-05T00:00:00Z", "2026-05-05T00:15:00Z",
                "2026-05-06T00:15:00Z"),
            ScheduleCase(
                "CRON_TZ=Asia/Kathmandu @hourly", "2026-05-05T00:00:00Z", "2026-05-05T00:15:00Z",
                "2026-05-05T01:15:00Z"),
            ScheduleCase(
                "CRON_TZ=Asia/Kolkata @monthly", "2026-05-31T18:29:00Z", "2026-05-31T18:30:00Z",
                "2026-06-30T18:30:00Z"),
            ScheduleCase("CRON_TZ=Pacific/Kiritimati 0 0 1 1 *", "2025-12-31T09:59:59Z", "2025-12-31T10:00:00Z"),
            ScheduleCase("CRON_TZ=Pacific/Pago_Pago 59 23 * * sat", "2026-01-01T00:00:00Z", "2026-01-04T10:59:00Z"),
        ])
    func oddOffsets(row: ScheduleCase) throws { try row.check() }
}
