import Domain
import Testing

@Suite struct ScheduleISODurationTests {
    @Test(
        "reads fixed lengths and writes them back in the largest units",
        arguments: [
            ("PT15M", 900, "PT15M"), ("P7D", 604_800, "P7D"), ("P30D", 2_592_000, "P30D"),
            ("PT1H30M", 5400, "PT1H30M"), ("P2W", 1_209_600, "P14D"), ("PT90M", 5400, "PT1H30M"),
            ("P1DT2H3M4S", 93_784, "P1DT2H3M4S"), ("PT24H", 86_400, "P1D"), ("PT0S", 0, "PT0S"),
            ("P0D", 0, "PT0S"), ("PT007S", 7, "PT7S"), ("P3653D", 315_619_200, "P3653D"),
        ])
    func reads(text: String, seconds: Int, normal: String) throws {
        let duration = try ISODuration(parsing: text)
        #expect(duration.seconds == seconds)
        #expect(duration.duration == .seconds(seconds))
        #expect(duration.description == normal)
        #expect(try ISODuration(parsing: normal) == duration)
    }

    @Test(
        "refuses what has no fixed length or isn't ISO 8601",
        arguments: [
            "", "P", "PT", "P1", "15M", "pt15m", "P1Y", "P1M", "P1Y2M", "-P1D", "+P1D", "P-1D", "P1.5D", "PT0,5S",
            "P1H", "PT1D", "PT1M1H", "P1D1D", "P1DT", "PT1HT1M", "P1W1D", "P1D1W", "P2WT1H", "P1D ", " P1D", "P1D\n",
            "P3653DT1S", "P3654D", "PT999999999999999999999S", "P999999999W", "P٧D", "PTT1H",
        ])
    func refuses(text: String) {
        let error = #expect(throws: AppError.self) { try ISODuration(parsing: text) }
        #expect(error?.code == "duration.invalid")
        #expect(error?.category == .invalid)
    }

    @Test("says that years and months have no fixed length")
    func explains() {
        let error = #expect(throws: AppError.self) { try ISODuration(parsing: "P1M") }
        #expect(error?.message.contains("months have no fixed length") == true)
    }
}
