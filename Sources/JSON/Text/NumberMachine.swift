/// Validates one number (RFC 8259 section 6), fed in pieces that may be cut anywhere.
struct NumberMachine {
    private enum Phase: UInt8 {
        case minus, zero, integer, point, fraction, exponent, exponentSign, exponentDigits
    }

    private var phase: Phase

    /// Begins with the number's first byte; nil if none begins so.
    init?(_ first: UInt8) {
        switch first {
        case Byte.minus: phase = .minus
        case Byte.zero: phase = .zero
        case 0x31...0x39: phase = .integer
        default: return nil
        }
    }

    /// Whether the number may end here.
    var isComplete: Bool {
        switch phase {
        case .zero, .integer, .fraction, .exponentDigits: true
        case .minus, .point, .exponent, .exponentSign: false
        }
    }

    /// Takes one more byte; false where it can't belong to the number, which then ended before it.
    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        if Byte.isDigit(byte) { return takeDigit(byte) }
        switch (byte, phase) {
        case (Byte.point, .zero), (Byte.point, .integer): phase = .point
        case (0x45, .zero), (0x45, .integer), (0x45, .fraction), (0x65, .zero), (0x65, .integer), (0x65, .fraction):
            phase = .exponent
        case (Byte.plus, .exponent), (Byte.minus, .exponent): phase = .exponentSign
        default: return false
        }
        return true
    }

    @inline(__always)
    private mutating func takeDigit(_ byte: UInt8) -> Bool {
        switch phase {
        case .integer, .fraction, .exponentDigits: return true
        case .zero: return false
        case .minus: phase = byte == Byte.zero ? .zero : .integer
        case .point: phase = .fraction
        case .exponent, .exponentSign: phase = .exponentDigits
        }
        return true
    }
}
