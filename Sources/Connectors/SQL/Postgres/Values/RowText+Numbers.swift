// Decimal digits; all need room ensured before.
extension RowText {
    /// Puts a number below 100 as two digits.
    @inline(__always)
    mutating func pair(_ value: UInt32) {
        store(pair: value, at: count)
        count &+= 2
    }

    /// Puts a number below 10,000 as four digits.
    @inline(__always)
    mutating func four(_ value: UInt32) {
        let high = (value &* 5243) &>> 19
        pair(high)
        pair(value &- high &* 100)
    }

    @inline(__always)
    private func store(pair value: UInt32, at place: Int) {
        let tens = (value &* 103) &>> 10
        let ones = value &- tens &* 10
        UnsafeMutableRawPointer(bytes + place).storeBytes(
            of: (UInt16(truncatingIfNeeded: tens | ones &<< 8) &+ 0x3030).littleEndian, as: UInt16.self)
    }

    mutating func integer(_ value: Int64) {
        if value < 0 { put(UInt8(ascii: "-")) }
        unsigned(value.magnitude)
    }

    mutating func unsigned(_ value: UInt64) {
        let length = Self.digits(of: value)
        var rest = value
        var place = count &+ length
        count = place
        while rest >= 100 {
            let next = rest / 100
            place &-= 2
            store(pair: UInt32(truncatingIfNeeded: rest &- next &* 100), at: place)
            rest = next
        }
        if rest >= 10 {
            store(pair: UInt32(truncatingIfNeeded: rest), at: place &- 2)
        } else {
            bytes[place &- 1] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest)
        }
    }

    @inline(__always)
    private static func digits(of value: UInt64) -> Int {
        var length = 1
        var rest = value
        while rest >= 10_000 {
            rest /= 10_000
            length &+= 4
        }
        return length &+ (rest >= 1000 ? 3 : rest >= 100 ? 2 : rest >= 10 ? 1 : 0)
    }

    /// Puts the shortest decimal that reads back as `value`; what JSON has no number for is a string.
    mutating func double(_ value: Double) {
        guard value.isFinite else { return nonFinite(isNaN: value.isNaN, isNegative: value < 0) }
        if value.sign == .minus { put(UInt8(ascii: "-")) }
        let magnitude = value.magnitude
        // A decimal of at most 15 digits that equals the value is the only one, so it is the shortest: the quotient
        // of two exact doubles is rounded as a reader rounds the decimal.
        if magnitude < 1e15, magnitude >= 1e-3 || magnitude == 0 {
            var scale: Int64 = 1
            for places in 0...6 {
                let scaled = Int64(magnitude * Double(scale) + 0.5)
                guard scaled < 1_000_000_000_000_000 else { break }
                if Double(scaled) / Double(scale) == magnitude { return fixed(scaled, scale, places) }
                scale &*= 10
            }
        }
        described(magnitude)
    }

    /// As ``double(_:)``, with the digits that single precision needs.
    mutating func float(_ value: Float) {
        guard value.isFinite else { return nonFinite(isNaN: value.isNaN, isNegative: value < 0) }
        if value.sign == .minus { put(UInt8(ascii: "-")) }
        let magnitude = value.magnitude
        // As above; single precision keeps 6 digits apart.
        if magnitude < 1e6, magnitude >= 1e-3 || magnitude == 0 {
            var scale: Int64 = 1
            for places in 0...6 {
                let scaled = Int64(magnitude * Float(scale) + 0.5)
                guard scaled < 1_000_000 else { break }
                if Float(scaled) / Float(scale) == magnitude { return fixed(scaled, scale, places) }
                scale &*= 10
            }
        }
        described(magnitude)
    }

    /// Puts `scaled / scale`, where `scale` is 10 to the power of `places`; `1` is written as `1.0`.
    @inline(__always)
    private mutating func fixed(_ scaled: Int64, _ scale: Int64, _ places: Int) {
        let whole = scaled / scale
        unsigned(UInt64(truncatingIfNeeded: whole))
        put(UInt8(ascii: "."))
        if places == 0 { return put(UInt8(ascii: "0")) }
        var rest = scaled &- whole &* scale
        var place = count &+ places
        count = place
        for _ in 0..<places {
            place &-= 1
            let next = rest / 10
            bytes[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest &- next &* 10)
            rest = next
        }
    }

    private mutating func described(_ value: some CustomStringConvertible) {
        var text = value.description
        text.withUTF8 { if let start = $0.baseAddress { put(start, count: $0.count) } }
    }

    mutating func nonFinite(isNaN: Bool, isNegative: Bool) {
        if isNaN { return put("\"NaN\"") }
        put(isNegative ? "\"-Infinity\"" : "\"Infinity\"")
    }
}
