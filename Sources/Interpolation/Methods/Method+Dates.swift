import Domain

extension Method {
    static let dateTime = table(
        [
            onTime("isoformat") { (time, call, _) throws(Fault) in
                let arguments = try call.bound(to: ["sep", "timespec"])
                let separator = try arguments[0]?.stringArgument() ?? "T"
                guard separator.unicodeScalars.count == 1, let character = separator.first else {
                    throw Fault(.type, "a separator is one character")
                }
                return .string(try time.isoFormat(separator: character, unit: arguments[1]?.stringArgument() ?? "auto"))
            },
            onTime("strftime") { (time, call, evaluation) throws(Fault) in
                let format = try call.bound(to: ["format"], required: 1)[0]?.stringArgument() ?? ""
                let text = try TimeFormat.boundedText(of: time, format: format)
                try evaluation.budget.take(bytes: text.utf8.count)
                return .string(text)
            },
            onTime("timestamp") { (time, call, _) throws(Fault) in
                try call.none()
                return .float(time.unixSeconds)
            },
            onTime("date") { (time, call, _) throws(Fault) in
                try call.none()
                return .date(time.date)
            },
            onTime("time") { (time, call, _) throws(Fault) in
                try call.none()
                return .object(TimeOfDay(time.replacingZone(.none)))
            },
            onTime("timetz") { (time, call, _) throws(Fault) in
                try call.none()
                return .object(TimeOfDay(time))
            },
            onTime("utcoffset") { (time, call, _) throws(Fault) in
                try call.none()
                return time.hasZone ? .duration(TimeSpan(microseconds: time.offsetSeconds * 1_000_000)) : .none
            },
            onTime("tzname") { (time, call, _) throws(Fault) in
                try call.none()
                return time.hasZone ? .string(time.zoneName) : .none
            },
            onTime("astimezone") { (time, call, _) throws(Fault) in
                let zone = try call.bound(to: ["tz"])[0].map { (value) throws(Fault) in try value.zone() } ?? .utc
                guard let result = time.converted(to: zone) else { throw .dateRange }
                return .dateTime(result)
            },
            onTime("replace") { (time, call, _) throws(Fault) in .dateTime(try time.replacing(call)) },
            onTime("ctime") { (time, call, _) throws(Fault) in
                try call.none()
                return .string(TimeFormat.text(of: time, format: "%a %b %e %H:%M:%S %Y"))
            },
        ] + ofDay + classMethods)

    static let date = table(
        [
            onDay("isoformat") { (date, call) throws(Fault) in
                try call.none()
                return .string(date.isoFormat)
            },
            onDay("strftime") { (date, call) throws(Fault) in
                let format = try call.bound(to: ["format"], required: 1)[0]?.stringArgument() ?? ""
                return .string(try TimeFormat.boundedText(of: date.midnight, format: format))
            },
            onDay("replace") { (date, call) throws(Fault) in .date(try date.midnight.replacing(call).date) },
            onDay("ctime") { (date, call) throws(Fault) in
                try call.none()
                return .string(TimeFormat.text(of: date.midnight, format: "%a %b %e %H:%M:%S %Y"))
            },
        ] + ofDay)

    static let duration = table([
        Method("total_seconds") { (value, call, _) throws(Fault) in
            try call.none()
            guard case .duration(let span) = value else { return .none }
            return .float(Double(span.microseconds) / 1e6)
        }
    ])

    private static func onTime(
        _ name: String, _ run: @escaping @Sendable (DateTime, Call, inout Evaluation) throws(Fault) -> Value
    ) -> Method {
        Method(name) { (value, call, evaluation) throws(Fault) in
            guard case .dateTime(let time) = value else { return .none }
            return try run(time, call, &evaluation)
        }
    }

    private static func onDay(
        _ name: String, _ run: @escaping @Sendable (CalendarDate, Call) throws(Fault) -> Value
    ) -> Method {
        Method(name) { (value, call, _) throws(Fault) in
            switch value {
            case .date(let date): return try run(date, call)
            case .dateTime(let time): return try run(time.date, call)
            default: return .none
            }
        }
    }

    /// What times and days have in common.
    private static let ofDay = [
        onDay("weekday") { (date, call) throws(Fault) in
            try call.none()
            return .int(date.weekday)
        },
        onDay("isoweekday") { (date, call) throws(Fault) in
            try call.none()
            return .int(date.weekday + 1)
        },
        onDay("toordinal") { (date, call) throws(Fault) in
            try call.none()
            return .int(date.dayNumber - CalendarDate.dayNumbers.lowerBound + 1)
        },
        onDay("isocalendar") { (date, call) throws(Fault) in
            try call.none()
            let week = date.isoWeek
            return .tuple([.int(week.year), .int(week.week), .int(week.day)])
        },
    ]

    /// Functions of the type, which any time has as methods.
    private static let classMethods = [
        Method("strptime") { (_, call, _) throws(Fault) in
            guard call.positional.count == 2, call.named.isEmpty else {
                throw Fault(.type, "strptime takes a text and a format")
            }
            return .dateTime(
                try TimeReader.time(
                    of: try call.positional[0].stringArgument(), format: try call.positional[1].stringArgument()))
        },
        Method("fromtimestamp") { (_, call, _) throws(Fault) in
            let arguments = try call.bound(to: ["timestamp", "tz"], required: 1)
            return try time(at: arguments[0] ?? .none, zone: arguments[1] ?? .none)
        },
        Method("utcfromtimestamp") { (_, call, _) throws(Fault) in try time(at: try call.only(), zone: .none) },
        Method("fromisoformat") { (_, call, _) throws(Fault) in
            .dateTime(try ISOTimeReader.time(of: try call.only().stringArgument()))
        },
        Method("now") { (_, call, evaluation) throws(Fault) in
            let zone = try call.bound(to: ["tz"])[0]?.zone() ?? .none
            return .dateTime(evaluation.context.sources.now().converted(to: .utc)?.replacingZone(zone) ?? .epoch)
        },
        Method("utcnow") { (_, call, evaluation) throws(Fault) in
            try call.none()
            return .dateTime(evaluation.context.sources.now().converted(to: .utc)?.replacingZone(.none) ?? .epoch)
        },
        Method("today") { (_, call, evaluation) throws(Fault) in
            try call.none()
            return .dateTime(evaluation.context.sources.now().converted(to: .utc)?.replacingZone(.none) ?? .epoch)
        },
    ]

    private static func time(at seconds: Value, zone: Value) throws(Fault) -> Value {
        guard let number = Number(seconds) else { throw Fault(.type, "a timestamp is a number") }
        let microseconds = try (number.double * 1e6).roundedMicroseconds()
        let wanted = try zone.zone()
        guard let time = DateTime(unixMicroseconds: microseconds),
            let result = wanted == .none ? time.replacingZone(.none) : time.converted(to: wanted)
        else { throw .dateRange }
        return .dateTime(result)
    }
}

// MARK: Attributes

extension DateTime {
    static let epoch = DateTime(Timestamp(milliseconds: 0))

    func attribute(_ name: String) -> Value? {
        let second = microsecondOfDay / 1_000_000
        switch name {
        case "hour": return .int(second / 3600)
        case "minute": return .int(second / 60 % 60)
        case "second": return .int(second % 60)
        case "microsecond": return .int(microsecondOfDay % 1_000_000)
        case "tzinfo": return hasZone ? Value.object(ZoneObject(self)) : Value.none
        case "fold": return 0
        default: return date.attribute(name)
        }
    }

    /// The same time with other parts; throws `.type` and `.value` as Python does.
    func replacing(_ call: Call) throws(Fault) -> DateTime {
        let civil = date.civil
        let second = microsecondOfDay / 1_000_000
        let arguments = try call.bound(to: [
            "year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold",
        ])
        var parts = [
            civil.year, civil.month, civil.day, second / 3600, second / 60 % 60, second % 60,
            microsecondOfDay % 1_000_000,
        ]
        for place in parts.indices {
            if let argument = arguments[place] { parts[place] = try argument.intArgument() }
        }
        guard let day = CalendarDate(year: parts[0], month: parts[1], day: parts[2]), (0...23).contains(parts[3]),
            (0...59).contains(parts[4]), (0...59).contains(parts[5]), (0...999_999).contains(parts[6])
        else { throw Fault(.value, "a part of a time is out of range") }
        let clock = ((parts[3] * 60 + parts[4]) * 60 + parts[5]) * 1_000_000 + parts[6]
        let zone = try arguments[7].map { (value) throws(Fault) in try value.zone() } ?? self.zone
        return DateTime(date: day, microsecondOfDay: clock, zone: zone) ?? self
    }

    func isoFormat(separator: Character, unit: String) throws(Fault) -> String {
        let microsecond = microsecondOfDay % 1_000_000
        let count: Int
        var fraction = ""
        switch unit {
        case "auto": return isoFormat(separator: separator)
        case "hours": count = 2
        case "minutes": count = 5
        case "seconds": count = 8
        case "milliseconds": (count, fraction) = (8, "." + (microsecond / 1000).padded(3))
        case "microseconds": (count, fraction) = (8, "." + microsecond.padded(6))
        default: throw Fault(.value, "a unit of time isn't known")
        }
        return "\(date.isoFormat)\(separator)\(clockText.prefix(count))\(fraction)\(offsetText(colon: ":"))"
    }
}

extension CalendarDate {
    var midnight: DateTime { DateTime(date: self, microsecondOfDay: 0, zone: .none) ?? .epoch }

    func attribute(_ name: String) -> Value? {
        switch name {
        case "year": .int(civil.year)
        case "month": .int(civil.month)
        case "day": .int(civil.day)
        default: nil
        }
    }
}

extension TimeSpan {
    func attribute(_ name: String) -> Value? {
        switch name {
        case "days": .int(days)
        case "seconds": .int(microsecondsOfDay / 1_000_000)
        case "microseconds": .int(microsecondsOfDay % 1_000_000)
        case "years" where isCalendar: .int(years)
        case "months" where isCalendar: .int(monthsOfYear)
        default: nil
        }
    }
}

/// The time of a day, as `time()` gives it.
final class TimeOfDay: PrintableObject {
    let typeName = "time"
    /// On whatever day.
    private let time: DateTime

    init(_ time: DateTime) { self.time = time }

    var text: String {
        let fraction = time.microsecondOfDay % 1_000_000
        return time.clockText + (fraction == 0 ? "" : "." + fraction.padded(6)) + time.offsetText(colon: ":")
    }

    var repr: String {
        let second = time.microsecondOfDay / 1_000_000
        let fraction = time.microsecondOfDay % 1_000_000
        var parts = [second / 3600, second / 60 % 60]
        if second % 60 != 0 || fraction != 0 { parts.append(second % 60) }
        if fraction != 0 { parts.append(fraction) }
        return "datetime.time(\(parts.map(String.init).joined(separator: ", ")))"
    }

    func attribute(_ name: String) -> Value? {
        switch name {
        case "hour", "minute", "second", "microsecond", "tzinfo": time.attribute(name)
        case "isoformat":
            .function(name) { [text] (call, _) throws(Fault) in
                try call.none()
                return .string(text)
            }
        case "strftime":
            .function(name) { [time] (call, _) throws(Fault) in
                .string(try TimeFormat.boundedText(of: time, format: try call.only().stringArgument()))
            }
        default: nil
        }
    }
}

/// The zone of a time as a value.
final class ZoneObject: PrintableObject {
    let typeName = "timezone"
    let zone: DateTime.Zone
    let text: String
    let repr: String

    init(_ time: DateTime) {
        zone = time.zone
        text = time.zoneName
        repr = time.zone.repr(offset: time.offsetSeconds)
    }
}

extension Value {
    /// The zone of an argument; none for `None`.
    func zone() throws(Fault) -> DateTime.Zone {
        switch self {
        case .none: return .none
        case .object(let object):
            if let object = object as? ZoneObject { return object.zone }
            if let undefined { throw undefined.fault }
        default: break
        }
        throw Fault(.type, "a zone is needed, not a \(typeName)")
    }
}
