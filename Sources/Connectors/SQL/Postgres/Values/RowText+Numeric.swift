/// The header of `numeric` in binary: digits of base 10,000 follow it, the first worth 10,000 to the power `weight`.
private struct NumericHeader {
    static let length = 8
    static let negative: UInt16 = 0x4000
    private static let mostScale: UInt16 = 0x3FFF

    let digits: Int
    let weight: Int
    let sign: UInt16
    /// Decimal digits after the point.
    let scale: Int

    init(_ value: ValueBytes) throws(ValueFault) {
        guard value.count >= Self.length else { throw .malformed }
        digits = Int(value.load(0, as: UInt16.self))
        weight = Int(value.load(2, as: Int16.self))
        sign = value.load(4, as: UInt16.self)
        let scale = value.load(6, as: UInt16.self)
        guard value.count == Self.length + digits * 2, scale <= Self.mostScale else { throw .malformed }
        self.scale = Int(scale)
    }

    /// The digit worth 10,000 to the power `power`; past the ends they are zero.
    @inline(__always)
    func digit(_ power: Int, of value: ValueBytes) throws(ValueFault) -> UInt32 {
        let index = weight &- power
        guard index >= 0, index < digits else { return 0 }
        let digit = value.load(Self.length &+ index &* 2, as: UInt16.self)
        guard digit < 10_000 else { throw .malformed }
        return UInt32(digit)
    }
}

extension RowText {
    /// Puts a number with all its digits, as many after the point as its scale says.
    mutating func numeric(_ value: ValueBytes) throws(ValueFault) {
        let header = try NumericHeader(value)
        switch header.sign {
        case 0: break
        case NumericHeader.negative: put(UInt8(ascii: "-"))
        case 0xC000: return nonFinite(isNaN: true, isNegative: false)
        case 0xD000: return nonFinite(isNaN: false, isNegative: false)
        case 0xF000: return nonFinite(isNaN: false, isNegative: true)
        default: throw .malformed
        }
        ensure((max(header.weight, 0) + 1) * 4 + header.scale + Self.fixedRoom)
        try wholePart(header, value)
        if header.scale > 0 { try fraction(header, value) }
    }

    @inline(__always)
    private mutating func wholePart(_ header: NumericHeader, _ value: ValueBytes) throws(ValueFault) {
        // Past the last digit all are zero: none of them can be the first that counts.
        var power = header.weight
        let last = max(0, header.weight - header.digits + 1)
        var first: UInt32 = 0
        while power >= last, first == 0 {
            first = try header.digit(power, of: value)
            power &-= 1
        }
        unsigned(UInt64(first))
        guard first != 0 else { return }
        while power >= 0 {
            four(try header.digit(power, of: value))
            power &-= 1
        }
    }

    @inline(__always)
    private mutating func fraction(_ header: NumericHeader, _ value: ValueBytes) throws(ValueFault) {
        put(UInt8(ascii: "."))
        let start = count
        var power = -1
        while count &- start < header.scale {
            four(try header.digit(power, of: value))
            power &-= 1
        }
        // The last group may have more digits than the scale; the server has zeros there.
        count = start &+ header.scale
    }
}
