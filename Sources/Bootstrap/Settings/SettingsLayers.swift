import Configuration
import Domain

/// The places where settings come from, the strongest first.
struct SettingsLayers {
    private let layers: [(origin: String, provider: any ConfigProvider)]

    /// Opens the settings file if one is named; throws `settings.invalid` where it can't be read.
    static func open(flags: [String: String], environment: [String: String]) async throws(AppError) -> SettingsLayers {
        let given = flags.map { (AbsoluteConfigKey([$0.key]), ConfigValue(.string($0.value), isSecret: true)) }
        var layers: [(String, any ConfigProvider)] = [
            ("a flag", InMemoryProvider(values: Dictionary(given, uniquingKeysWith: { first, _ in first }))),
            (
                "the environment",
                EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "tributary")
            ),
        ]
        if let path = SettingsLayers(layers: layers).text(of: .configFile)?.text {
            layers.append(("the settings file", try await file(path)))
        }
        return SettingsLayers(layers: layers)
    }

    /// The strongest layer's value: its text is nil where it isn't a plain value. Nil where no layer has one.
    func text(of setting: Setting) -> (text: String?, origin: String)? {
        for (origin, provider) in layers {
            switch Self.lookUp(setting.name, in: provider) {
            case .absent: continue
            case .text(let text): return (text, origin)
            case .unusable: return (nil, origin)
            }
        }
        return nil
    }

    private enum Found {
        case absent, unusable
        case text(String)
    }

    /// A file may write `8080` or `"8080"`, and a list as one; the environment has only texts.
    private static func lookUp(_ name: String, in provider: any ConfigProvider) -> Found {
        for type in [ConfigType.string, .stringArray, .int, .double] {
            // Throws where the value is of another type than the one asked for: the next one is tried.
            guard let found = try? provider.value(forKey: AbsoluteConfigKey([name]), type: type) else { continue }
            guard let value = found.value else { return .absent }
            let text = text(of: value.content)
            return text.isEmpty ? .absent : .text(text)
        }
        return .unusable
    }

    private static func text(of content: ConfigContent) -> String {
        switch content {
        case .string(let text): text
        case .stringArray(let texts): texts.joined(separator: ",")
        case .int(let number): String(number)
        case .double(let number): String(number)
        default: ""
        }
    }

    private static func file(_ path: String) async throws(AppError) -> any ConfigProvider {
        let location = ConfigReader(
            provider: InMemoryProvider(values: ["filePath": .init(.string(path), isSecret: false)]))
        do {
            switch path.split(separator: ".").last {
            case "json": return try await FileProvider<JSONSnapshot>(config: location)
            case "yaml", "yml": return try await FileProvider<YAMLSnapshot>(config: location)
            default: throw unreadable
            }
        } catch {
            // The library's error may quote the file, and a settings file may hold secrets.
            throw unreadable
        }
    }

    private static var unreadable: AppError {
        let detail = "must be \(Setting.configFile.allowed), with one plain value a setting."
        return AppError(
            .settingsInvalid, "\(Setting.configFile.variable) \(detail)",
            faults: [
                .init(pointer: Setting.configFile.variable, code: ErrorCode.settingsInvalid.code, detail: detail)
            ])
    }
}
