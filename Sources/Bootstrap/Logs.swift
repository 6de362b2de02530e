import Domain
import Foundation
import JSON
import Logging
import Synchronization

/// Writes log lines to standard error: JSON for programs, text for a terminal.
struct LineLogHandler: LogHandler {
    enum Format: Sendable { case json, text }

    var metadata = Logger.Metadata()
    var logLevel: Logger.Level
    private let label: String
    private let format: Format
    private let clock: WallClock

    init(label: String, level: Logger.Level, format: Format, clock: WallClock) {
        self.label = label
        self.logLevel = level
        self.format = format
        self.clock = clock
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let merged = metadata.merging(event.metadata ?? [:]) { $1 }
        var line = format == .json ? json(event, merged) : text(event, merged)
        line.append(UInt8(ascii: "\n"))
        // One write a line keeps lines whole; standard error gone is no reason to stop.
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private func json(_ event: LogEvent, _ metadata: Logger.Metadata) -> [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        for (name, value) in [
            ("time", clock.now().rfc3339), ("level", event.level.rawValue), ("logger", label),
            ("message", event.message.description),
        ] {
            writer.name(name)
            writer.string(value)
        }
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
            writer.name(name)
            writer.string("\(value)")
        }
        writer.endObject()
        return writer.bytes
    }

    private func text(_ event: LogEvent, _ metadata: Logger.Metadata) -> [UInt8] {
        let values = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        // A line break in a value must not fake a line of its own.
        let line = "\(clock.now().rfc3339) \(event.level) \(label): \(event.message)\(values)"
        return line.utf8.map { $0 < 0x20 ? UInt8(ascii: " ") : $0 }
    }
}
