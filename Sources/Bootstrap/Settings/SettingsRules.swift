import Domain
import Egress
import FoundationEssentials
import JSON

extension Settings {
    private static let logLevels: Set = ["trace", "debug", "info", "notice", "warning", "error", "critical"]

    static func level(_ text: String) -> String? { logLevels.contains(text) ? text : nil }

    /// A name or address without anything that belongs to a URL; colons only as an IPv6 address has them.
    static func host(_ text: String) -> String? {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        let isAddress = text.contains(":") && IPAddress(text) != nil
        return text.utf8.count <= 255 && (isPlain || isAddress) ? text : nil
    }

    /// Takes the text when it is an array of objects that each name an issuer; the rest is the issuers' own affair.
    static func issuers(_ text: String) -> Secret<String>? {
        // Where the text isn't JSON, what is allowed says enough, and the parser's words add nothing.
        guard let issuers = (try? JSONValue(parsing: text))?.arrayValue else { return nil }
        let areNamed = issuers.allSatisfy { $0["iss"]?.stringValue?.isEmpty == false }
        return areNamed ? Secret(text) : nil
    }

    /// What must hold between settings.
    func checkTogether(_ reader: inout SettingsReader) {
        if case .postgres = database, masterKeys == nil {
            reader.complain(.masterKeys, "is required with PostgreSQL: must be \(Setting.masterKeys.allowed).")
        }
        if let filesRoot, let dataFolder = database.folder, Self.overlap(filesRoot, dataFolder) {
            reader.complain(.filesRoot, "must be \(Setting.filesRoot.allowed).")
        }
    }

    /// Whether one folder is the other or lies in it, symbolic links followed as far as they exist.
    private static func overlap(_ one: String, _ other: String) -> Bool {
        let parts = [one, other].map { path in
            URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL.resolvingSymlinksInPath()
                .path(percentEncoded: false).split(separator: "/")
        }
        return zip(parts[0], parts[1]).allSatisfy { $0 == $1 }
    }
}
