import Synchronization

/// Where messages go: lines gathered into large pieces, each line whole, from any number of tasks.
public final class ProtocolOutput: Sendable {
    /// A piece is written once it is so long, in bytes.
    static let pieceBytes = 1 << 18

    private let pending = Mutex<[UInt8]>([])
    private let write: @Sendable ([UInt8]) throws -> Void

    /// `write` puts a piece of whole lines out, in order, and may block: a slow reader slows the source.
    public init(_ write: @escaping @Sendable ([UInt8]) throws -> Void) { self.write = write }

    /// Adds a message. What a person waits for is put out at once; records wait for company.
    public func send(_ message: ProtocolMessage) throws {
        let isRecord = if case .record = message { true } else { false }
        try append(flushes: !isRecord) { message.appendLine(to: &$0) }
    }

    /// Adds what `lines` appends: whole lines only.
    public func append(flushes: Bool = false, _ lines: (inout [UInt8]) throws -> Void) throws {
        // Written under the lock, so that pieces keep their order.
        try pending.withLock { pending in
            try lines(&pending)
            if flushes || pending.count >= Self.pieceBytes { try put(&pending) }
        }
    }

    /// Puts out what is pending.
    public func flush() throws { try pending.withLock { try put(&$0) } }

    private func put(_ pending: inout [UInt8]) throws {
        guard !pending.isEmpty else { return }
        let piece = pending
        pending.removeAll(keepingCapacity: true)
        try write(piece)
    }
}
