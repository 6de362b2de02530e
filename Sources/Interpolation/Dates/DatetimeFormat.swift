public import Domain

/// A format of times as manifests write them: the directives of `strftime` and `strptime`, and whole formats that count
/// from 1970: `%s` (seconds), `%s_as_float`, `%ms` (milliseconds) and `%epoch_microseconds`; `%_ms` within a format is
/// three digits of a second's fraction.
public struct DatetimeFormat: Sendable, Hashable {
    /// The format as it was written.
    public let text: String

    /// Makes a format; every text is one.
    public init(_ text: String) { self.text = text }

    /// The time that a value says: a string, or a number as it prints. Without a zone it is UTC. Throws
    /// `template.failed`.
    public func time(of value: Value) throws(AppError) -> DateTime {
        do throws(Fault) {
            return try read(value)
        } catch {
            throw error.appError
        }
    }

    /// The text of a time, which is taken for UTC where it has no zone; numbers are digits, without a sign but `-`.
    public func text(of time: DateTime) -> String {
        switch text {
        case "%s": return Self.whole(time.unixSeconds)
        case "%s_as_float": return FloatText.python(time.unixSeconds)
        case "%epoch_microseconds": return Self.whole(time.unixSeconds * 1_000_000)
        case "%ms": return Self.whole(time.unixSeconds * 1000)
        default: break
        }
        guard text.contains("%_ms") else { return TimeFormat.text(of: time, format: text) }
        let fraction = time.microsecondOfDay % 1_000_000
        let long = TimeFormat.text(of: time, format: text.replacing("%_ms", with: "%f"))
        return long.replacing(fraction.padded(6), with: (fraction / 1000).padded(3))
    }

    private static func whole(_ number: Double) -> String { String(Int(number.rounded(.towardZero))) }

    func read(_ value: Value) throws(Fault) -> DateTime {
        switch text {
        case "%s": return try Self.time(try PythonInt.value(of: value), unit: 1_000_000)
        case "%ms": return try Self.time(try PythonInt.value(of: value), unit: 1000)
        case "%epoch_microseconds": return try Self.time(try PythonInt.value(of: value), unit: 1)
        case "%s_as_float":
            let seconds = try PythonFloat.value(of: value)
            guard let time = DateTime(unixMicroseconds: try (seconds * 1e6).roundedMicroseconds()) else {
                throw .dateRange
            }
            return time
        default:
            let format = text.contains("%_ms") ? text.replacing("%_ms", with: "%f") : text
            let time = try TimeReader.time(of: value.text, format: format)
            return time.hasZone ? time : time.replacingZone(.utc)
        }
    }

    private static func time(_ number: Value, unit: Int) throws(Fault) -> DateTime {
        guard case .int(let count) = number, case let (product, overflow) = count.multipliedReportingOverflow(by: unit),
            !overflow, let time = DateTime(unixMicroseconds: product)
        else { throw .dateRange }
        return time
    }
}

extension DateTime {
    /// Reads a time by ISO 8601 (`2025-06-15`, `2025-06-15T12:34:56.789Z`); without an offset it is UTC. Throws
    /// `template.failed`.
    public init(iso8601 text: String) throws(AppError) {
        do throws(Fault) {
            let time = try ISOTimeReader.time(of: text)
            guard let inUTC = time.converted(to: .utc) else { throw Fault.dateRange }
            self = inUTC
        } catch {
            throw error.appError
        }
    }
}

extension TimeSpan {
    /// Reads a length of time by ISO 8601 (`P1D`, `PT15M`, `P1M`). Throws `template.failed`.
    public init(iso8601 text: String) throws(AppError) {
        do throws(Fault) {
            self = try DurationReader.span(of: text)
        } catch {
            throw error.appError
        }
    }
}

extension Fault {
    /// What a fault is called outside of a template. Messages name things of the template, never values.
    var appError: AppError {
        let code: ErrorCode =
            switch kind {
            case .syntax: .templateInvalid
            case .undeclared: .templateUndeclared
            case .bound: .templateTooCostly
            default: .templateFailed
            }
        return AppError(code, "The template can't be evaluated: \(message).", recovery: .fixConfig)
    }
}
