import Domain

extension Function {
    /// The function of that name; nil if there is none.
    static func named(_ name: String) -> Function? { all[name] }

    private static let all: [String: Function] = Dictionary(
        (clock + dates + texts + language).map { ($0.name, $0) }
    ) { first, _ in first }

    private static let clock = [
        Function(name: "now_utc") { (call, evaluation) throws(Fault) in
            try call.none()
            return .dateTime(evaluation.now)
        },
        Function(name: "today_utc") { (call, evaluation) throws(Fault) in
            try call.none()
            return .date(evaluation.now.date)
        },
        Function(name: "today_with_timezone") { (call, evaluation) throws(Fault) in
            let name = try (call.bound(to: ["timezone"], required: 1)[0] ?? .none).stringArgument()
            guard let clock = ZoneClock(knownAs: name) else { throw Fault(.other, "a time zone isn't known") }
            let offset = clock.offset(at: evaluation.now.unixMicroseconds / 1_000_000)
            guard let local = evaluation.now.converted(to: .fixed(Int32(offset))) else { throw .dateRange }
            return .date(local.date)
        },
        Function(name: "day_delta") { (call, evaluation) throws(Fault) in
            let arguments = try call.bound(to: ["num_days", "format"], required: 1)
            guard let days = Number(arguments[0] ?? .none) else {
                if let undefined = arguments[0]?.undefined { throw undefined.fault }
                throw Fault(.type, "a number of days is needed")
            }
            let span = TimeSpan(microseconds: try (days.double * 86_400e6).roundedMicroseconds())
            let format = try arguments[1]?.stringArgument() ?? "%Y-%m-%dT%H:%M:%S.%f%z"
            return .string(try TimeFormat.boundedText(of: try evaluation.now.moved(by: span), format: format))
        },
    ]

    private static let dates = [
        Function(name: "timestamp") { (call, _) throws(Fault) in
            let value = try call.bound(to: ["dt"], required: 1)[0] ?? .none
            if Number(value) != nil { return try PythonInt.value(of: value) }
            return .float(try ISOTimeReader.utcTime(of: value).unixSeconds)
        },
        Function(name: "str_to_datetime") { (call, _) throws(Fault) in
            .dateTime(try ISOTimeReader.utcTime(of: try call.bound(to: ["s"], required: 1)[0] ?? .none))
        },
        Function(name: "duration") { (call, _) throws(Fault) in
            let value = try call.bound(to: ["datestring"], required: 1)[0] ?? .none
            return .duration(try DurationReader.span(of: value.stringArgument()))
        },
        Function(name: "format_datetime") { (call, _) throws(Fault) in
            let arguments = try call.bound(to: ["dt", "format", "input_format"], required: 2)
            return .string(
                try formatted(
                    arguments[0] ?? .none, (arguments[1] ?? .none).stringArgument(), input: arguments[2] ?? .none))
        },
    ]

    private static func formatted(_ value: Value, _ format: String, input: Value) throws(Fault) -> String {
        try TimeFormat.check(format)
        switch value {
        case .dateTime(let time): return try TimeFormat.boundedText(of: time, format: format)
        case .int, .bigInt, .bool:
            let from = input.isTrue ? try input.stringArgument() : "%s"
            return DatetimeFormat(format).text(of: try DatetimeFormat(from).read(value))
        default: break
        }
        guard input.isTrue else { return DatetimeFormat(format).text(of: try ISOTimeReader.utcTime(of: value)) }
        let time = try TimeReader.time(of: try value.stringArgument(), format: try input.stringArgument())
        return DatetimeFormat(format).text(of: time.hasZone ? time : time.replacingZone(.utc))
    }

    private static let texts = [
        Function(name: "sanitize_url") { (call, evaluation) throws(Fault) in
            let value = try call.bound(to: ["value"], required: 1)[0] ?? .none
            let text = try value.stringArgument()
            try evaluation.budget.take(bytes: 3 * text.utf8.count)
            return .string(PercentEncoding.quoted(text, keeping: "", spaceAsPlus: true))
        },
        Function(name: "camel_case_to_snake_case") { (call, evaluation) throws(Fault) in
            let text = try (call.bound(to: ["value"], required: 1)[0] ?? .none).stringArgument()
            try evaluation.budget.take(bytes: 2 * text.utf8.count)
            var result = String.UnicodeScalarView()
            for (place, scalar) in text.unicodeScalars.enumerated() {
                if place > 0, ("A"..."Z").contains(scalar) { result.append("_") }
                result.append(scalar)
            }
            return .string(String(result).pythonLower)
        },
        Function(name: "generate_uuid") { (call, evaluation) throws(Fault) in
            try call.none()
            return .string(evaluation.context.sources.uuid())
        },
    ]

    private static let language = [
        Function(name: "max") { (call, evaluation) throws(Fault) in try extreme(call, .greater, &evaluation) },
        Function(name: "min") { (call, evaluation) throws(Fault) in try extreme(call, .less, &evaluation) },
        Function(name: "dict") { (call, evaluation) throws(Fault) in
            guard call.positional.count <= 1 else { throw Fault(.type, "dict takes one argument") }
            var mapping = Mapping()
            if let first = call.positional.first {
                if let other = first.mapping {
                    mapping = other
                } else {
                    for pair in try evaluation.elements(of: first) {
                        let parts = try evaluation.elements(of: pair)
                        guard parts.count == 2 else { throw Fault(.value, "a dictionary is made of pairs") }
                        try parts[0].checkHashable(&evaluation.budget)
                        mapping[parts[0]] = parts[1]
                    }
                }
            }
            for (name, value) in call.named { mapping[name] = value }
            try evaluation.budget.take(elements: mapping.count)
            return .mapping(mapping)
        },
        Function(name: "namespace") { (call, evaluation) throws(Fault) in
            let attributes = try all["dict"]?.run(call, &evaluation).mapping ?? [:]
            let namespace = Namespace([:])
            for entry in attributes {
                guard case .string(let name) = entry.key else { continue }
                try namespace.setPlain(name, entry.value)
            }
            return .object(namespace)
        },
        Function(name: "cycler") { (call, _) throws(Fault) in
            guard !call.positional.isEmpty, call.named.isEmpty else {
                throw Fault(.other, "cycler needs at least one item")
            }
            return .object(Cycler(call.positional))
        },
        Function(name: "joiner") { (call, _) throws(Fault) in
            .object(Joiner(try call.bound(to: ["sep"])[0] ?? ", "))
        },
    ]

    private static func extreme(
        _ call: Call, _ wanted: Number.Order, _ evaluation: inout Evaluation
    ) throws(Fault) -> Value {
        guard call.named.isEmpty, let first = call.positional.first else {
            throw Fault(.type, "max and min need at least one argument")
        }
        let candidates = call.positional.count > 1 ? call.positional : try evaluation.elements(of: first)
        guard var result = candidates.first else { throw Fault(.value, "max and min of nothing") }
        for candidate in candidates.dropFirst() {
            let sign = wanted == .less ? "<" : ">"
            if try candidate.order(to: result, sign, &evaluation.budget) == wanted { result = candidate }
        }
        return result
    }
}

extension Evaluation {
    /// The present time in UTC.
    var now: DateTime { context.sources.now().converted(to: .utc) ?? .epoch }
}

extension ZoneClock {
    fileprivate init?(knownAs name: String) {
        // What is wrong with the name is said by the template's fault.
        guard let clock = try? ZoneClock(named: name[...]) else { return nil }
        self = clock
    }
}

extension ISOTimeReader {
    /// The time that a string says, in UTC, which is assumed where it has no offset.
    static func utcTime(of value: Value) throws(Fault) -> DateTime {
        if let undefined = value.undefined { throw undefined.fault }
        // Python looks at the length first, and then finds out that it isn't text.
        if value.string == nil, let length = try? value.length(), length < 4 {
            throw Fault(.value, "a value is too short for a time by ISO 8601")
        }
        guard let time = try time(of: value.stringArgument()).converted(to: .utc) else { throw Fault.dateRange }
        return time
    }
}

/// Percent-encoding as Python's `urllib.parse` does it.
enum PercentEncoding {
    /// Letters, digits, `_.-~` and `kept` stay, all other bytes become `%XX`.
    static func quoted(_ text: String, keeping kept: String, spaceAsPlus: Bool) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "~"):
                result.append(byte)
            case 0x20 where spaceAsPlus: result.append(UInt8(ascii: "+"))
            default:
                if kept.utf8.contains(byte) {
                    result.append(byte)
                } else {
                    result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                }
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
