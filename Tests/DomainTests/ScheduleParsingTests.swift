import Domain
import Testing

@Suite struct ScheduleParsingTests {
    @Test("keeps the text as it was given, trimmed")
    func keepsText() throws {
        let schedule = try Schedule(parsing: "  CRON_TZ=Europe/Berlin\t0  9 * *  MON-fri \n")
        #expect(schedule.text == "CRON_TZ=Europe/Berlin\t0  9 * *  MON-fri")
        #expect("\(schedule)" == schedule.text)
        #expect(try schedule == Schedule(parsing: schedule.text))
        #expect(try schedule != Schedule(parsing: "0 9 * * mon-fri"))
    }

    @Test(
        "accepts lists, ranges, steps, names, macros, zones and intervals",
        arguments: [
            "* * * * *", "*/15 * * * *", "0,30 8-18/2 1,15 jan-jun,DEC mon,Wed", "5/10 * * * *", "0 0 * * 7",
            "0 0 * * sat-sun", "0 0 * * 5-7", "0 0 * * 7-2", "00 02 01 01 *", "*,5 * * * *", "59 23 31 12 6", "@hourly",
            "@daily", "@weekly", "@monthly", "CRON_TZ=UTC 0 0 * * *", "CRON_TZ=America/Argentina/Buenos_Aires @daily",
            "CRON_TZ=Etc/UTC @hourly", "PT1M", "PT60S", "P366D", "P1W", "0 0 29 2 *", "0 0 30 2 mon",
            "* * 31 2,3 *",
        ])
    func accepts(text: String) throws {
        #expect(try Schedule(parsing: text).text == text)
    }

    @Test(
        "refuses what isn't a schedule and says what is allowed",
        arguments: [
            ("", "1 to 200 characters"), (" \t", "1 to 200 characters"),
            (String(repeating: "1,", count: 100) + "1 * * * *", "1 to 200 characters"),
            ("* * * *", "five cron fields"), ("* * * * * *", "five cron fields"), ("hourly", "five cron fields"),
            ("CRON_TZ=Europe/Berlin", "five cron fields"), ("CRON_TZ=Europe/Berlin PT15M", "five cron fields"),
            ("60 * * * *", "field minute: each value must be *, a number from 0 to 59"),
            ("-1 * * * *", "field minute"), ("1- * * * *", "field minute"), (", * * * *", "field minute"),
            ("1,,2 * * * *", "field minute"), ("+1 * * * *", "field minute"), ("001 * * * *", "field minute"),
            ("٥ * * * *", "field minute"), ("jan * * * *", "field minute"), ("? * * * *", "field minute"),
            ("30-10 * * * *", "field minute: a range must go up"), ("*/0 * * * *", "a step after / must be"),
            ("*/60 * * * *", "from 1 to 59"), ("*/ * * * *", "a step after /"), ("*/5/2 * * * *", "a step after /"),
            ("*-5 * * * *", "field minute"), ("1-2-3 * * * *", "field minute"),
            ("* 24 * * *", "field hour: each value must be *, a number from 0 to 23"),
            ("* 22-6 * * *", "field hour: a range must go up"),
            ("* * 0 * *", "field day of month: each value must be *, a number from 1 to 31"),
            ("* * 32 * *", "field day of month"), ("* * L * *", "field day of month"),
            ("* * * 0 *", "field month: each value must be *, a number from 1 to 12, a name from jan to dec"),
            ("* * * 13 *", "field month"), ("* * * january *", "field month"), ("* * * mon *", "field month"),
            ("* * * * 8", "field day of week: each value must be *, a number from 0 to 7, a name from sun to sat"),
            ("* * * * fri-mon", "field day of week: a range must go up"), ("* * * * mon#2", "field day of week"),
            ("@yearly", "@hourly, @daily, @weekly and @monthly"), ("@midnight", "@hourly"), ("@reboot", "@hourly"),
            ("@Daily", "@hourly"), ("@every 5m", "@hourly"), ("CRON_TZ=Europe/Berlin @annually", "@hourly"),
            ("PT59S", "from one minute (PT1M) to 366 days"), ("P367D", "366 days"), ("PT0S", "one minute"),
            ("P1M", "no fixed length"), ("PT15", "units are"), ("P", "at least one number"),
        ])
    func refuses(text: String, explanation: String) {
        let error = #expect(throws: AppError.self) { try Schedule(parsing: text) }
        #expect(error?.code == "schedule.invalid")
        #expect(error?.category == .invalid)
        #expect(error?.message.contains(explanation) == true, "\(error?.message ?? "")")
    }

    @Test(
        "refuses dates that don't exist",
        arguments: ["0 0 30 2 *", "0 0 31 2,4,6,9,11 *", "* * 30-31 feb *", "0 0 31 4 */2"])
    func refusesNever(text: String) {
        let error = #expect(throws: AppError.self) { try Schedule(parsing: text) }
        #expect(error?.code == "schedule.never_fires")
    }

    @Test(
        "refuses zones that don't exist or are ambiguous",
        arguments: [
            "Europe/Atlantis", "EST", "GMT+3", "Berlin", "europe/berlin", "../etc/passwd", "", "Europe/", "+02:00",
            "Europe/Berlin,", "/",
        ])
    func refusesZone(name: String) {
        let error = #expect(throws: AppError.self) { try Schedule(parsing: "CRON_TZ=\(name) 0 0 * * *") }
        #expect(error?.code == "schedule.unknown_zone")
    }

    @Test("never repeats the refused text in its message")
    func keepsTextOut() {
        for text in ["s3cr3t * * * *", "CRON_TZ=S3cr3t/S3cr3t * * * * *", "@s3cr3t", "Ps3cr3t"] {
            let error = #expect(throws: AppError.self) { try Schedule(parsing: text) }
            #expect(error?.message.lowercased().contains("s3cr3t") == false)
        }
    }
}
