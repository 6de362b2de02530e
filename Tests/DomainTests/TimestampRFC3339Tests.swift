import Domain
import Testing

@Suite struct TimestampRFC3339Tests {
    @Test(
        "writes UTC with milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (1_767_323_045_678, "2026-01-02T03:04:05.678Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
            (-62_162_035_200_001, "0000-02-29T23:59:59.999Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func writes(milliseconds: Int64, text: String) {
        let time = Timestamp(milliseconds: milliseconds)
        #expect(time.rfc3339 == text)
        #expect(Timestamp(rfc3339: text) == time)
        var bytes = Array("[".utf8)
        time.appendRFC3339(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "[" + text)
    }

    @Test("writes times outside the four-digit years as the nearest one inside")
    func clamps() {
        #expect(Timestamp(milliseconds: .max).rfc3339 == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(milliseconds: .min).rfc3339 == "0000-01-01T00:00:00.000Z")
    }

    @Test(
        "reads offsets, fractions of any length, small letters and leap seconds",
        arguments: [
            ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"),
            ("2026-01-02t03:04:05z", "2026-01-02T03:04:05.000Z"),
            ("2026-01-02T03:04:05.6Z", "2026-01-02T03:04:05.600Z"),
            ("2026-01-02T03:04:05.6789999999999999999999Z", "2026-01-02T03:04:05.678Z"),
            ("2026-01-02T03:04:05.05+05:45", "2026-01-01T21:19:05.050Z"),
            ("2026-12-31T20:00:00-08:00", "2027-01-01T04:00:00.000Z"),
            ("2026-01-02T03:04:05-00:00", "2026-01-02T03:04:05.000Z"),
            ("2026-01-02T23:04:05+23:59", "2026-01-01T23:05:05.000Z"),
            ("1969-12-31T23:59:59.0019Z", "1969-12-31T23:59:59.001Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999Z"),
            ("2016-12-31T15:59:60.5-08:00", "2016-12-31T23:59:59.999Z"),
            ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"),
        ])
    func reads(text: String, normal: String) {
        #expect(Timestamp(rfc3339: text)?.rfc3339 == normal)
    }

    @Test(
        "refuses what isn't RFC 3339",
        arguments: [
            "", "2026", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02T03:04Z", "2026-01-02 03:04:05Z",
            "2026-00-02T03:04:05Z", "2026-13-02T03:04:05Z", "2026-01-00T03:04:05Z", "2026-01-32T03:04:05Z",
            "2026-02-29T03:04:05Z", "2100-02-29T03:04:05Z", "2026-04-31T03:04:05Z", "2026-01-02T24:00:00Z",
            "2026-01-02T03:60:05Z", "2026-01-02T03:04:61Z", "2026-01-02T03:04:60Z", "2026-01-02T03:04:05.Z",
            "2026-01-02T03:04:05,6Z", "2026-01-02T03:04:05+24:00", "2026-01-02T03:04:05+01:60",
            "2026-01-02T03:04:05+0100", "2026-01-02T03:04:05+01", "2026-01-02T03:04:05Z ", " 2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05ZZ", "2026-01-02T03:04:05.678", "+026-01-02T03:04:05Z", "2026-1-02T03:04:05ZZ",
            "12026-01-02T03:04:05Z", "2026-01-02T03:04:0٥Z", "2026/01/02T03:04:05Z", "0000-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01", "2026-01-02T03:04:05.67 Z", "2026-01-02T03:04:05~01:00",
        ])
    func refuses(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test("comes back from its own text throughout 10,000 years")
    func roundTrips() {
        var milliseconds = Timestamp.earliest.milliseconds
        var previous = ""
        while milliseconds <= Timestamp.latest.milliseconds {
            let time = Timestamp(milliseconds: milliseconds)
            let text = time.rfc3339
            #expect(Timestamp(rfc3339: text) == time)
            #expect(text > previous)
            previous = text
            milliseconds += 86_400_000 * 173 + 12_345_678
        }
    }
}
