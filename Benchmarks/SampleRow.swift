import ConnectorAPI
import Domain

/// A row of 12 columns whose values follow from its number alone.
struct SampleRow {
    static let columns = [
        "id", "name", "email", "plan", "country", "balance", "active", "visits", "score", "created_at", "birthday",
        "note",
    ]
    /// The columns' types in PostgreSQL.
    static let typeOIDs: [UInt32] = [20, 25, 25, 1043, 25, 1700, 16, 23, 701, 1184, 1082, 25]

    private static let plans = ["free", "pro", "team", "enterprise"]
    private static let countries = ["DE", "FR", "JP", "US", "BR", "IN"]
    private static let words = ["first", "Grüße", "contract", "renewed", "asks for", "a call", "in spring", "again"]

    let id: Int
    private let chance: UInt64

    init(_ id: Int) {
        self.id = id
        var bits = UInt64(id) &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        chance = bits ^ (bits >> 27)
    }

    private func pick(_ shift: UInt64, of count: Int) -> Int { Int((chance >> shift) % UInt64(count)) }

    private var name: String { "Customer \(id)" }
    private var email: String { "customer.\(id)@example.com" }
    private var plan: String { Self.plans[pick(3, of: Self.plans.count)] }
    private var country: String { Self.countries[pick(7, of: Self.countries.count)] }
    private var units: Int { pick(11, of: 10_000) }
    private var cents: Int { pick(17, of: 100) }
    private var isActive: Bool { pick(23, of: 2) == 1 }
    private var visits: Int { pick(29, of: 100_000) }
    private var score: Double { Double(pick(31, of: 10_000)) / 64 }
    /// Seconds of a day of 2026.
    private var second: Int { pick(37, of: 86_400) }
    private var day: Int { 1 + pick(41, of: 28) }
    private var note: String {
        (0..<6).map { Self.words[pick(UInt64(5 + 8 * $0), of: Self.words.count)] }.joined(separator: " ")
    }

    private var balanceText: String { "\(units).\(Self.two(cents))" }
    private var createdText: String {
        "2026-03-\(Self.two(day))T\(Self.two(second / 3600)):\(Self.two(second / 60 % 60)):\(Self.two(second % 60))Z"
    }

    private var birthday: String { "1990-01-\(Self.two(day))" }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    var csv: String {
        """
        \(id),\(name),\(email),\(plan),\(country),\(balanceText),\(isActive),\(visits),\(score),\(createdText),\(birthday),\(note)

        """
    }

    var json: String {
        #"{"id":\#(id),"name":"\#(name)","email":"\#(email)","plan":"\#(plan)","country":"\#(country)","#
            + #""balance":\#(balanceText),"active":\#(isActive),"visits":\#(visits),"score":\#(score),"#
            + #""created_at":"\#(createdText)","birthday":"\#(birthday)","note":"\#(note)"}"#
    }

    /// The row as a tuple of COPY (FORMAT binary).
    var tuple: [UInt8] {
        var bytes = Self.big(Int16(Self.columns.count))
        let year2026 = 9_556 + 59 + day - 1
        let fields: [[UInt8]] = [
            Self.big(Int64(id)), Array(name.utf8), Array(email.utf8), Array(plan.utf8), Array(country.utf8),
            // Two digits to the base of 10,000, the first before the point, two digits behind it shown.
            ([2, 0, 0, 2, Int16(units), Int16(cents * 100)] as [Int16]).flatMap { Self.big($0) },
            [isActive ? 1 : 0], Self.big(Int32(visits)), Self.big(score.bitPattern),
            Self.big(Int64(year2026 * 86_400 + second) * 1_000_000), Self.big(Int32(day - 3_653)), Array(note.utf8),
        ]
        for field in fields { bytes += Self.big(Int32(field.count)) + field }
        return bytes
    }

    private static func big(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    /// Rows as a connector gives them: keyed and hashed.
    static func batch(_ numbers: Range<Int>) -> RecordBatch {
        var builder = RecordBuilder(entity: "customers", primaryKey: ["id"])
        for number in numbers {
            Array(SampleRow(number).json.utf8).withUnsafeBytes { builder.append(object: $0) }
        }
        return builder.takeBatch()
    }
}
