import ArgumentParser
import Bootstrap
import Domain
import TributaryClient
import WireAPI

/// What ended a command early: an error, or help that was asked for.
struct Failure {
    private let error: any Error
    private let asksForRootHelp: Bool

    init(_ error: any Error, asksForRootHelp: Bool = false) {
        self.error = error
        self.asksForRootHelp = asksForRootHelp
    }

    /// Tells the person and returns the exit code.
    func report() -> Int32 {
        let surroundings = Surroundings.current
        if let lines {
            surroundings.errors.line(lines.joined(separator: "\n"))
            return exitCode
        }
        let message = TributaryCommand.fullMessage(for: error, columns: surroundings.output.width())
        let code = TributaryCommand.exitCode(for: error)
        guard !code.isSuccess else {
            surroundings.output.line(asksForRootHelp ? message + "\n\n" + SettingsHelp.text : message)
            return 0
        }
        if !message.isEmpty { surroundings.errors.line(Self.lowercasedLabel(message)) }
        return code == .validationFailure ? 2 : 1
    }

    /// The lines for errors of ours; nil for those of the argument parser.
    private var lines: [String]? {
        switch error {
        case let error as TributaryError: Self.lines(of: error)
        case let error as ConnectionError: ["error: \(error.message)"] + Self.hint(error)
        case let error as AppError: Self.lines(of: error)
        case let error as UsageError: ["error: \(error.message)"]
        case let error as CommandError: ["error: \(error.message)"] + (error.hint.map { ["hint: \($0)"] } ?? [])
        default: nil
        }
    }

    private var exitCode: Int32 {
        error is UsageError || (error as? AppError)?.code == ErrorCode.settingsInvalid.code ? 2 : 1
    }

    private static func lines(of error: TributaryError) -> [String] {
        let faults = error.errors.map { "  \($0.pointer.isEmpty ? "/" : $0.pointer): \($0.detail) (\($0.code))" }
        let hints: [String] =
            switch error.status {
            case 401: ["hint: set TRIBUTARY_TOKEN; make a token with: tributary token --tenant T --sub S"]
            case 403: ["hint: the token's scope doesn't allow this; make one with another --scope"]
            default: []
            }
        let wait = error.retryAfter.map { ["hint: try again in \($0.components.seconds) s"] } ?? []
        return ["error: \(error)"] + faults + hints + wait
    }

    private static func lines(of error: AppError) -> [String] {
        let faults = error.faults.count > 1 ? error.faults.map { "  \($0.pointer) \($0.detail)" } : []
        return ["error: \(error.message) (\(error.code))"] + faults
    }

    private static func hint(_ error: ConnectionError) -> [String] {
        switch error.reason {
        case .unreachable: ["hint: is the server running (tributary serve)? Another address: --url or TRIBUTARY_URL"]
        case .unreadable: ["hint: another program may listen there, or the server is of another version"]
        default: []
        }
    }

    private static func lowercasedLabel(_ message: String) -> String {
        message.hasPrefix("Error: ") ? "error: " + message.dropFirst("Error: ".count) : message
    }
}

/// A failure that the command line itself finds.
struct CommandError: Error {
    let message: String
    let hint: String?

    init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}

/// Wrong usage that shows only while a command runs, such as a file that isn't there.
struct UsageError: Error {
    let message: String

    init(_ message: String) { self.message = message }
}
