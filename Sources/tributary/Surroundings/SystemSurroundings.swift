import Bootstrap
import Domain
import FoundationEssentials
import Glibc

extension Surroundings {
    /// The longest input that is read from standard input or a file.
    static let maxInputBytes = 8 << 20

    /// The real machine.
    static let system: Surroundings = {
        let environment = ProcessInfo.processInfo.environment
        return Surroundings(
            output: .descriptor(STDOUT_FILENO, environment), errors: .descriptor(STDERR_FILENO, environment),
            input: { try readAll(STDIN_FILENO) }, inputPiece: { try readPiece(STDIN_FILENO) }, environment: environment,
            clock: .system, wallClock: .system)
    }()

    /// Reads what is there, waiting for something; empty at the end.
    static func readPiece(_ descriptor: Int32) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: 256 << 10) { block, count in
            var got = read(descriptor, block.baseAddress, block.count)
            while got < 0, errno == EINTR { got = read(descriptor, block.baseAddress, block.count) }
            guard got >= 0 else { throw CommandError("the input can't be read") }
            count = got
        }
    }

    private static func readAll(_ descriptor: Int32) throws -> [UInt8] {
        var all: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &block, block.count)
            guard count >= 0 else { throw CommandError("standard input can't be read") }
            if count == 0 { return all }
            all += block[..<count]
            guard all.count <= maxInputBytes else {
                throw CommandError("standard input is longer than \(maxInputBytes) bytes")
            }
        }
    }
}

extension Channel {
    /// A descriptor of this process.
    static func descriptor(_ descriptor: Int32, _ environment: [String: String]) -> Channel {
        let isTerminal = isatty(descriptor) == 1
        let refusesColours = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        return Channel(
            emit: { writeAll($0, to: descriptor) }, isTerminal: isTerminal,
            width: { isTerminal ? columns(of: descriptor) : nil }, usesColours: isTerminal && !refusesColours)
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                // The reader has gone, as `head` does once it has enough: nobody is left to tell.
                exit(0)
            }
        }
    }

    private static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
