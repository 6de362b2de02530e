public import Domain

/// Takes secret values out of texts that come from outside, such as a source's error messages: Invariant 6.
///
/// Found are each secret as it is, percent-encoded (any choice of characters, either case, `+` for a space),
/// JSON-escaped, in hexadecimal (either case) and in base64 (both alphabets, with and without padding, at each of the
/// three places where it can stand in a longer encoded text), and a percent- or JSON-encoding of any of these, two deep.
/// Of a secret of several lines each line of ``minLineBytes`` or more is found too as it is, since messages quote lines;
/// likewise each part between commas, since some secrets are several tokens.
/// A text that ends within a secret, because someone cut it, loses the part of ``minCutBytes`` or more. A secret shorter
/// than ``minFreeBytes`` is replaced only where it stands alone, between characters that are neither letters nor digits:
/// it would shred the text otherwise.
///
/// Cost: linear in the text, times the number of secrets. Not found: what was enciphered or encoded in another way.
public struct Scrubber: Sendable {
    /// What stands in a secret's place.
    public static let mark = "[redacted]"
    /// The longest text that comes out, in Unicode scalars; what is longer ends in `…`.
    public static let maxLength = 2_000
    /// A text's bytes beyond these aren't looked at and don't come out.
    public static let maxInputBytes = 16 << 10
    /// From this length on a secret is replaced within words too.
    public static let minFreeBytes = 4
    /// From this length on a line of a secret is a secret.
    public static let minLineBytes = 12
    /// From this length on the beginning of a secret at a text's very end is replaced.
    public static let minCutBytes = 8
    /// Lines of one secret that count.
    static let maxLines = 64
    private static let maxViewDepth = 2

    /// Within a `Secret`, so that a scrubber that is printed shows none of its own.
    private let needles: Secret<[Needle]>

    /// Makes a scrubber of these secrets; empty ones are passed over.
    public init(secrets: [Secret<String>]) {
        let texts = Set(secrets.flatMap { $0.withExposed(Self.texts) })
        let lines = Set(secrets.flatMap { $0.withExposed(Self.lines) }).subtracting(texts)
        needles = Secret(texts.flatMap(Needle.all) + lines.map { Needle($0, .free) })
    }

    /// The text without the secrets, cut at ``maxLength``.
    public func scrub(_ text: String) -> String {
        let bytes = Array(text.utf8.prefix(Self.maxInputBytes))
        let isCut = text.utf8.count > bytes.count
        var found: [Range<Int>] = []
        needles.withExposed { Self.search(TextView(bytes), for: $0, depth: 0, into: &found) }
        return Self.cut(Self.replaced(bytes, found), isCut: isCut)
    }

    /// The error with its message, details and faults scrubbed.
    public func scrub(_ error: AppError) -> AppError {
        var error = error
        error.message = scrub(error.message)
        error.details = error.details.mapValues(scrub)
        for index in error.faults.indices { error.faults[index].detail = scrub(error.faults[index].detail) }
        return error
    }

    private static func texts(of secret: String) -> [[UInt8]] {
        [secret[...], secret.trimmed].map { Array($0.utf8) }.filter { !$0.isEmpty }
    }

    private static func lines(of secret: String) -> [[UInt8]] {
        let lines = secret.split(maxSplits: maxLines, whereSeparator: \.isNewline).prefix(maxLines).map(\.trimmed)
        let parts = secret.split(separator: ",", maxSplits: maxLines).prefix(maxLines).map(\.trimmed)
        return (lines + parts).map { Array($0.utf8) }.filter { $0.count >= minLineBytes }
    }

    private static func search(_ view: TextView, for needles: [Needle], depth: Int, into found: inout [Range<Int>]) {
        for needle in needles {
            for match in needle.matches(in: view.bytes) { found.append(view.source(of: match)) }
        }
        guard depth < maxViewDepth else { return }
        for decoded in view.decodings() { search(decoded, for: needles, depth: depth + 1, into: &found) }
    }

    private static func replaced(_ bytes: [UInt8], _ found: [Range<Int>]) -> String {
        var text: [UInt8] = []
        var position = 0
        var lastEnd = -1
        for range in found.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > position { text += bytes[position..<range.lowerBound] }
            if range.lowerBound > lastEnd { text += Array(mark.utf8) }
            lastEnd = max(lastEnd, range.upperBound)
            position = max(position, range.upperBound)
        }
        if position < bytes.endIndex { text += bytes[position...] }
        return String(decoding: text, as: UTF8.self)
    }

    private static func cut(_ text: String, isCut: Bool) -> String {
        let scalars = text.unicodeScalars
        let isLong = scalars.count > maxLength
        guard isCut || isLong else { return text }
        return String(String.UnicodeScalarView(scalars.prefix(maxLength - 1))) + "…"
    }
}
