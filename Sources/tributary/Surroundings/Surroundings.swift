import Domain

/// All that a command needs of the machine it runs on; tests give their own.
struct Surroundings: Sendable {
    /// Results.
    var output: Channel
    /// Progress, hints and errors.
    var errors: Channel
    /// Reads standard input to its end.
    var input: @Sendable () throws -> [UInt8]
    /// Reads standard input in pieces; an empty one is its end.
    var inputPiece: @Sendable () throws -> [UInt8]
    /// The environment's variables.
    var environment: [String: String]
    /// For waiting and rates.
    var clock: MonotonicClock
    /// To compare with a server's.
    var wallClock: WallClock

    /// The machine, unless a test says otherwise.
    @TaskLocal static var current = Surroundings.system
}

/// A stream that text is written to.
struct Channel: Sendable {
    /// Writes bytes as they are.
    var emit: @Sendable ([UInt8]) -> Void
    /// Whether a person looks at it.
    var isTerminal: Bool
    /// Columns of the terminal; nil where it isn't one.
    var width: @Sendable () -> Int?
    /// Whether colours are welcome (https://no-color.org).
    var usesColours: Bool

    /// Writes text as it is.
    func write(_ text: String) { emit(Array(text.utf8)) }

    /// Writes a line.
    func line(_ text: String) { write(text + "\n") }
}
