import Domain
import LibPQ

/// A value that a statement's parameter can take.
protocol Bindable {
    /// Its type's oid (PostgreSQL's `pg_type.dat`).
    static var type: UInt32 { get }
    func bind(to parameters: inout PostgresParameters)
}

/// Oids of the types that this store uses.
enum TypeID {
    static let bool: UInt32 = 16
    static let bytes: UInt32 = 17
    static let integer: UInt32 = 20
    static let text: UInt32 = 25
    static let tuple: UInt32 = 27
    static let bytesList: UInt32 = 1001
    static let tupleList: UInt32 = 1010
    static let integerList: UInt32 = 1016
}

extension [UInt8] {
    /// Network byte order.
    mutating func appendInteger(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}

extension Int64: Bindable {
    static let type = TypeID.integer
    func bind(to parameters: inout PostgresParameters) {
        parameters.append(Self.type) { $0.appendInteger(self) }
    }
}

extension Int: Bindable {
    static let type = TypeID.integer
    func bind(to parameters: inout PostgresParameters) { Int64(self).bind(to: &parameters) }
}

extension Bool: Bindable {
    static let type = TypeID.bool
    func bind(to parameters: inout PostgresParameters) { parameters.append(Self.type) { $0.append(self ? 1 : 0) } }
}

extension String: Bindable {
    static let type = TypeID.text
    func bind(to parameters: inout PostgresParameters) {
        parameters.append(Self.type) { StoredText.append(self, to: &$0) }
    }
}

extension [UInt8]: Bindable {
    static let type = TypeID.bytes
    func bind(to parameters: inout PostgresParameters) { parameters.append(Self.type) { $0.append(contentsOf: self) } }
}

extension Timestamp: Bindable {
    static let type = TypeID.integer
    func bind(to parameters: inout PostgresParameters) { milliseconds.bind(to: &parameters) }
}

extension TenantID: Bindable {
    static let type = TypeID.text
    func bind(to parameters: inout PostgresParameters) { stored.bind(to: &parameters) }
}

extension AppID: Bindable {
    static let type = TypeID.text
    func bind(to parameters: inout PostgresParameters) { rawValue.bind(to: &parameters) }
}

extension Identifier: Bindable {
    static var type: UInt32 { TypeID.text }
    func bind(to parameters: inout PostgresParameters) { rawValue.bind(to: &parameters) }
}

extension Optional: Bindable where Wrapped: Bindable {
    static var type: UInt32 { Wrapped.type }
    func bind(to parameters: inout PostgresParameters) {
        if let self { self.bind(to: &parameters) } else { parameters.appendNull(Wrapped.type) }
    }
}

/// The tenant as rows have it.
extension TenantID {
    /// The installation's own: no tenant can have this name, and it isn't the empty text, which a session's setting is when
    /// nobody set it.
    static let storedInstallation = "*"

    var stored: String { self == .installation ? Self.storedInstallation : rawValue }

    init?(stored text: String) {
        if text == Self.storedInstallation { self = .installation } else { self.init(text) }
    }
}

/// Text in a form that PostgreSQL can hold: it has none for U+0000. That character is U+10FFFF and `0`, and U+10FFFF itself,
/// which is no character, is U+10FFFF and `1`; all else is as it was.
enum StoredText {
    static func append(_ text: String, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        // U+10FFFF is the only one whose UTF-8 begins with F4 8F BF BF; F4 alone is rare enough to look closer.
        guard bytes[start...].contains(where: { $0 == 0 || $0 == 0xF4 }) else { return }
        bytes.removeSubrange(start...)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{0}": bytes.append(contentsOf: "\u{10FFFF}0".utf8)
            case "\u{10FFFF}": bytes.append(contentsOf: "\u{10FFFF}1".utf8)
            default: bytes.append(contentsOf: UTF8.encode(scalar)?.map { $0 } ?? [])
            }
        }
    }

    static func read(_ bytes: UnsafeRawBufferPointer) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard bytes.contains(0xF4) else { return text }
        var scalars = String.UnicodeScalarView()
        var isMarked = false
        for scalar in text.unicodeScalars {
            if isMarked {
                scalars.append(scalar == "0" ? "\u{0}" : "\u{10FFFF}")
                isMarked = false
            } else if scalar == "\u{10FFFF}" {
                isMarked = true
            } else {
                scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}
