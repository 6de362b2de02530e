import Domain

/// Reads settings one by one and gathers what is wrong with them, so that an operator hears of everything at once.
struct SettingsReader {
    private let layers: SettingsLayers
    private(set) var faults: [AppError.Fault] = []

    init(layers: SettingsLayers) { self.layers = layers }

    /// The setting's value; nil where it isn't set, or isn't what it must be, which is noted.
    mutating func value<Value>(_ setting: Setting, _ read: (String) -> Value?) -> Value? {
        guard let found = layers.text(of: setting) else { return nil }
        guard let text = found.text, let value = read(text) else {
            complain(setting, "must be \(setting.allowed) (set by \(found.origin)).")
            return nil
        }
        return value
    }

    mutating func integer(_ setting: Setting, _ range: ClosedRange<Int>) -> Int? {
        value(setting) { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }
    }

    mutating func duration(_ setting: Setting) -> Duration? {
        value(setting) { text in
            // What is wrong is told by what is allowed.
            (try? ISODuration(parsing: text))?.duration
        }
    }

    /// Notes a fault; `detail` follows the variable's name and holds no value.
    mutating func complain(_ setting: Setting, _ detail: String) {
        faults.append(.init(pointer: setting.variable, code: ErrorCode.settingsInvalid.code, detail: detail))
    }
}
