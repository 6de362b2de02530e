import Domain
import Foundation
import TestSupport
import Testing

/// Our times against those of croniter, a widely used library for Python, on random expressions, zones and moments.
@Suite("Cron times beside croniter's") struct CroniterTests {
    private static let seed = 20_261_124
    private static let count = 2_000

    private struct Line: Decodable {
        let cron: String
        let zone: String
        /// Seconds since 1970, as all times here.
        let start: Int
        let times: [Int]
        /// Its times where a range of one value is written as that value.
        let withoutSingleRanges: [Int]
        /// Its times where, besides, a star that isn't first in a day field is written as a first value.
        let withoutLaterStars: [Int]
        /// Its times where, besides, day fields go together by the rule of Vixie cron.
        let withCronBug: [Int]
    }

    /// Why times differ; docs/schedules.md tells of each.
    private enum Reason: String, CaseIterable {
        case singleRange = "a range of one value"
        case laterStar = "a star that isn't first in a day field"
        case dayStar = "a day field with a step from a star"
        case comesTwice = "a local time that comes twice"
    }

    @Test("2,000 random expressions fire when croniter says, but for the differences that docs/schedules.md explains")
    func agrees() throws {
        var found: [Reason: Int] = [:]
        for line in try Self.lines() {
            let schedule = try Schedule(parsing: "CRON_TZ=\(line.zone) \(line.cron)")
            let start = Timestamp(milliseconds: Int64(line.start) * 1000)
            let ours = schedule.upcoming(from: start, count: line.times.count).map { Int($0.milliseconds / 1000) }
            let zone = try #require(TimeZone(identifier: line.zone))
            for reason in reasons(line, ours, zone) { found[reason, default: 0] += 1 }
        }
        let counts = Reason.allCases.map { "\($0.rawValue): \(found[$0] ?? 0)" }
        print("seed \(Self.seed), \(Self.count) expressions; other times because of: \(counts.joined(separator: "; "))")
        #expect(Set(found.keys) == Set(Reason.allCases), "a difference that is explained is no more")
    }

    /// Records an issue for a difference without a reason.
    private func reasons(_ line: Line, _ ours: [Int], _ zone: TimeZone) -> Set<Reason> {
        if ours == line.times { return [] }
        var reasons: Set<Reason> = line.times == line.withoutSingleRanges ? [] : [.singleRange]
        let theirs = line.withCronBug
        if line.withoutLaterStars != line.withoutSingleRanges { reasons.insert(.laterStar) }
        if theirs != line.withoutLaterStars { reasons.insert(.dayStar) }
        let end = min(ours.last ?? 0, theirs.last ?? 0)
        for time in Set(ours).symmetricDifference(theirs) where time <= end {
            if !ours.contains(time), comesTwice(time, zone) {
                reasons.insert(.comesTwice)
            } else {
                Issue.record(
                    "\(line.cron) in \(line.zone) after \(line.start): \(ours) here, \(theirs) there, at \(time)")
            }
        }
        return reasons
    }

    /// Whether the clock went back in the three hours before and read this time once already.
    private func comesTwice(_ time: Int, _ zone: TimeZone) -> Bool {
        func offset(_ time: Int) -> Int { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time))) }
        let moved = offset(time) - offset(time - 3 * 3600)
        return moved < 0 && offset(time + moved) == offset(time) - moved
    }

    private static func lines() throws -> [Line] {
        let folder = try TemporaryFolder()
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let root = here.appendingPathComponent("../../..").standardizedFileURL.path
        let python = root + "/.venv/bin/python3"
        guard FileManager.default.fileExists(atPath: python) else {
            Issue.record("there is no .venv: run `scripts/setup tests`")
            return []
        }
        let program = try ChildProcess(
            [python, here.path + "/times.py", "\(seed)", "\(count)"], environment: [:], errors: folder.path + "/errors")
        let output = program.readAll()
        let status = program.wait()
        let errors = try String(contentsOfFile: folder.path + "/errors", encoding: .utf8)
        try #require(status == 0, "\(errors.suffix(2_000))")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try output.split(separator: "\n").map { try decoder.decode(Line.self, from: Data($0.utf8)) }
    }
}
