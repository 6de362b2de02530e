/// Base64 of RFC 4648, strict: one text for each sequence of bytes, everything else refused.
package enum Base64 {
    /// The two alphabets of RFC 4648, sections 4 and 5.
    package enum Alphabet: Sendable, CaseIterable {
        /// With `+`, `/` and padding.
        case standard
        /// With `-` and `_`, without padding.
        case urlSafe

        fileprivate var symbols: [UInt8] { self == .standard ? Base64.standardSymbols : Base64.urlSafeSymbols }
        fileprivate var values: [UInt8] { self == .standard ? Base64.standardValues : Base64.urlSafeValues }
    }

    private static let common = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    private static let standardSymbols = common + Array("+/".utf8)
    private static let urlSafeSymbols = common + Array("-_".utf8)
    private static let standardValues = inverse(standardSymbols)
    private static let urlSafeValues = inverse(urlSafeSymbols)
    private static let padding = UInt8(ascii: "=")
    private static let none: UInt8 = 0xFF

    private static func inverse(_ symbols: [UInt8]) -> [UInt8] {
        var values = [UInt8](repeating: none, count: 256)
        for (value, symbol) in symbols.enumerated() { values[Int(symbol)] = UInt8(value) }
        return values
    }

    /// The text of `bytes`, as ASCII.
    package static func encode(_ bytes: [UInt8], _ alphabet: Alphabet) -> [UInt8] {
        let symbols = alphabet.symbols
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(symbols[Int(bits >> count & 63)])
            }
        }
        if count > 0 { text.append(symbols[Int(bits << (6 - count) & 63)]) }
        if alphabet == .standard { while text.count % 4 != 0 { text.append(padding) } }
        return text
    }

    /// The text of `bytes`.
    package static func text(_ bytes: [UInt8], _ alphabet: Alphabet) -> String {
        String(decoding: encode(bytes, alphabet), as: UTF8.self)
    }

    /// The bytes that `text` stands for; nil unless encoding them gives exactly `text` again, so no white space, no
    /// missing or superfluous padding and no stray bits in the last symbol.
    package static func decode(_ text: some Collection<UInt8>, _ alphabet: Alphabet) -> [UInt8]? {
        guard let symbols = withoutPadding(text, alphabet), symbols.count % 4 != 1 else { return nil }
        let values = alphabet.values
        var bytes: [UInt8] = []
        bytes.reserveCapacity(symbols.count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for symbol in symbols {
            let value = values[Int(symbol)]
            guard value != none else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return bits & (1 << count - 1) == 0 ? bytes : nil
    }

    private static func withoutPadding<Text: Collection<UInt8>>(_ text: Text, _ alphabet: Alphabet) -> Text.SubSequence?
    {
        guard alphabet == .standard else { return text[...] }
        guard text.count % 4 == 0 else { return nil }
        let end = text.index(text.startIndex, offsetBy: max(text.count - 2, 0))
        let padded = text[end...].filter { $0 == padding }.count
        return text.dropLast(padded)
    }
}
