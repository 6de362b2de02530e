import Domain
import Interpolation
import Testing

@Suite("Times")
struct DateTests {
    @Test(
        "are written by formats that manifests use",
        arguments: [
            ("%s", "1749990896"), ("%ms", "1749990896789"), ("%s_as_float", "1749990896.789012"),
            ("%epoch_microseconds", "1749990896789012"), ("%Y-%m-%dT%H:%M:%S.%_msZ", "2025-06-15T12:34:56.789Z"),
            ("%Y-%m-%dT%H:%M:%S.%f%z", "2025-06-15T12:34:56.789012+0000"), ("%a %-d %B", "Sun 15 June"),
        ])
    func formats(format: String, expected: String) throws {
        let time = try DateTime(iso8601: "2025-06-15T14:34:56.789012+02:00")
        #expect(DatetimeFormat(format).text(of: time) == expected)
        if !format.contains("%a"), !format.contains("%_ms"), format != "%s" {
            let back = try DatetimeFormat(format).time(of: .string(expected))
            #expect(abs(back.unixMicroseconds - time.unixMicroseconds) < 1000)
        }
    }

    @Test("are read with the zone that they have, or as UTC")
    func reading() throws {
        let format = DatetimeFormat("%Y-%m-%d %H:%M:%S%z")
        let time = try format.time(of: "2025-06-10 01:02:03+0200")
        #expect(time.isoFormat() == "2025-06-10T01:02:03+02:00")
        #expect(try DatetimeFormat("%Y-%m-%d").time(of: "2025-06-10").isoFormat() == "2025-06-10T00:00:00+00:00")
        #expect(try DatetimeFormat("%s").time(of: 1_749_990_896).isoFormat() == "2025-06-15T12:34:56+00:00")
        expectFailure(.templateFailed) { try DatetimeFormat("%Y-%m-%d").time(of: "2025-02-30") }
        expectFailure(.templateFailed) { try DatetimeFormat("%Y").time(of: "99999") }
    }

    @Test("move by the calendar where a span has months")
    func spans() throws {
        let time = try DateTime(iso8601: "2024-01-31T00:00:00Z")
        #expect(time.adding(try TimeSpan(iso8601: "P1M"))?.isoFormat() == "2024-02-29T00:00:00+00:00")
        #expect(time.adding(-(try TimeSpan(iso8601: "P1Y2M1DT1H")))?.isoFormat() == "2022-11-28T23:00:00+00:00")
        #expect(try TimeSpan(iso8601: "P1W").microseconds == 604_800_000_000)
        expectFailure(.templateFailed) { try TimeSpan(iso8601: "1D") }
        #expect(time.adding(try TimeSpan(iso8601: "P9999Y")) == nil)
    }

    @Test("are the same instants whatever their zones")
    func equality() throws {
        let one = try #require(DateTime(wallMicroseconds: 7_200_000_000, zone: .fixed(7200)))
        let other = try #require(DateTime(unixMicroseconds: 0))
        #expect(one == other && one.hashValue == other.hashValue)
        #expect(one != one.replacingZone(.none))
        #expect(DateTime(Timestamp(milliseconds: 0)) == other)
    }
}
