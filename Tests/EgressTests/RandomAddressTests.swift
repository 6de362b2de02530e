import Domain
import Egress
import Glibc
import TestSupport
import Testing

/// Which addresses are public, once more: by comparing numbers, without a table of networks.
private enum Numbers {
    static let four: [ClosedRange<UInt32>] = [
        0...0x00FF_FFFF, 0x0A00_0000...0x0AFF_FFFF, 0x6440_0000...0x647F_FFFF, 0x7F00_0000...0x7FFF_FFFF,
        0xA83F_8110...0xA83F_8110, 0xA9FE_0000...0xA9FE_FFFF, 0xAC10_0000...0xAC1F_FFFF, 0xC000_0000...0xC000_00FF,
        0xC000_0200...0xC000_02FF, 0xC01F_C400...0xC01F_C4FF, 0xC034_C100...0xC034_C1FF, 0xC058_6300...0xC058_63FF,
        0xC0A8_0000...0xC0A8_FFFF, 0xC0AF_3000...0xC0AF_30FF, 0xC612_0000...0xC613_FFFF, 0xC633_6400...0xC633_64FF,
        0xCB00_7100...0xCB00_71FF, 0xE000_0000...0xFFFF_FFFF,
    ]
    /// Upper halves of what isn't public within 2000::/3.
    static let six: [ClosedRange<UInt64>] = [
        0x2001_0000_0000_0000...0x2001_01FF_FFFF_FFFF, 0x2001_0DB8_0000_0000...0x2001_0DB8_FFFF_FFFF,
        0x2002_0000_0000_0000...0x2002_FFFF_FFFF_FFFF, 0x2620_004F_8000_0000...0x2620_004F_8000_FFFF,
        0x3FFE_0000_0000_0000...0x3FFF_0FFF_FFFF_FFFF,
    ]
    static let mapped: UInt128 = 0xFFFF << 32
    static let nat64: UInt128 = 0x0064_FF9B << 96

    static func isPublic(_ number: UInt32) -> Bool { !four.contains { $0.contains(number) } }

    static func isPublic(_ number: UInt128) -> Bool {
        let inner = UInt32(truncatingIfNeeded: number)
        let outer = number - UInt128(inner)
        if outer == mapped || outer == nat64 { return isPublic(inner) }
        let upper = UInt64(number >> 64)
        guard upper >= 0x2000_0000_0000_0000, upper < 0x4000_0000_0000_0000 else { return false }
        guard !six.contains(where: { $0.contains(upper) }) else { return false }
        let middle = UInt32(truncatingIfNeeded: number >> 32)
        return middle == 0x0000_5EFE || middle == 0x0200_5EFE ? isPublic(inner) : true
    }

    static func text(_ number: UInt32) -> String {
        (0..<4).reversed().map { String(number >> (8 * UInt32($0)) & 0xFF) }.joined(separator: ".")
    }

    static func text(_ number: UInt128) -> String {
        (0..<8).reversed().map { String(UInt16(truncatingIfNeeded: number >> (16 * $0)), radix: 16) }
            .joined(separator: ":")
    }
}

@Suite("Random addresses")
struct RandomAddressTests {
    private func isPermitted(_ address: String) throws -> Bool {
        do {
            return try !EgressGuard().addresses(of: address, port: 443, for: .acme).isEmpty
        } catch let error as AppError where error.code == "egress.address_forbidden" {
            return false
        }
    }

    @Test("of IPv4 get the verdict that comparing numbers gives")
    func four() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<20_000 {
            var number = UInt32.random(in: 0 ... .max, using: &random)
            if Bool.random(using: &random), let range = Numbers.four.randomElement(using: &random) {
                let edge = Bool.random(using: &random) ? range.lowerBound : range.upperBound
                number = edge &+ UInt32.random(in: 0...4, using: &random) &- 2
            }
            let text = Numbers.text(number)
            #expect(try isPermitted(text) == Numbers.isPublic(number), "\(text), seed \(seed)")
        }
    }

    @Test("of IPv6 get the verdict that comparing numbers gives")
    func six() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        var permitted = 0
        for _ in 0..<20_000 {
            let number = Self.number(using: &random)
            let text = Numbers.text(number)
            let isPublic = Numbers.isPublic(number)
            permitted += isPublic ? 1 : 0
            #expect(try isPermitted(text) == isPublic, "\(text), seed \(seed)")
        }
        #expect((2_000..<18_000).contains(permitted), "\(permitted) permitted, seed \(seed)")
    }

    @Test("no text that the C library reads as an address is looked up as a name")
    func numericTexts() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        let recorder = RecordingResolver([:])
        let egress = EgressGuard(resolver: recorder.resolver)
        let pieces = [
            "0", "1", "127", "255", "0x7f", "0X", "0177", "08", ".", ".", ".", ":", "::", "ffff", "a", "g", "-",
        ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...8, using: &random))
                .compactMap { _ in pieces.randomElement(using: &random) }.joined()
            _ = appError { try egress.addresses(of: text, port: 443, for: .acme) }
        }
        #expect(recorder.asked.count > 1_000, "seed \(seed)")
        let addresses = Set(recorder.asked).filter(Self.isAddress)
        #expect(addresses.isEmpty, "seed \(seed)")
    }

    /// Whether the C library takes the text for an address, without asking anybody.
    private static func isAddress(_ text: String) -> Bool {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(text, nil, &hints, &found) == 0 else { return false }
        freeaddrinfo(found)
        return true
    }

    /// Any address, one of global unicast, one at the edge of a range, or one that carries an IPv4 address.
    private static func number(using random: inout SeededRandom) -> UInt128 {
        let any = UInt128(random.next()) << 64 | UInt128(random.next())
        let global = any >> 3 | 1 << 125
        let range = Numbers.four.randomElement(using: &random) ?? 0...0
        let inner = UInt128(Bool.random(using: &random) ? range.upperBound : UInt32(truncatingIfNeeded: any))
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return any
        case 1, 2: return global
        case 3:
            let edge = Numbers.six.randomElement(using: &random) ?? 0...0
            let upper = Bool.random(using: &random) ? edge.lowerBound : edge.upperBound
            return UInt128(upper &+ UInt64.random(in: 0...2, using: &random) &- 1) << 64 | any >> 64
        case 4: return Numbers.mapped | inner
        case 5: return Numbers.nat64 | inner
        case 6: return inner
        default:
            let form: UInt128 = Bool.random(using: &random) ? 0x0200_5EFE : 0x0000_5EFE
            return (global >> 64) << 64 | form << 32 | inner
        }
    }
}
