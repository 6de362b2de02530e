import AsyncHTTPClient
import NIOCore

/// The body of an answer, read as it comes: once, and no faster than it is asked for.
struct AnswerStream: Sendable {
    let body: HTTPClientResponse.Body
    /// Puts the library's errors into the client's.
    let fault: @Sendable (any Error) -> any Error

    func makePieces() -> Pieces { Pieces(pieces: body.makeAsyncIterator(), fault: fault) }

    /// The body's bytes, cut anywhere. The connection ends when this goes.
    struct Pieces {
        fileprivate var pieces: HTTPClientResponse.Body.AsyncIterator
        fileprivate let fault: @Sendable (any Error) -> any Error

        /// The next bytes; nil at the body's end. Throws `ConnectionError` or `CancellationError`.
        mutating func next() async throws -> [UInt8]? {
            do {
                let piece = try await pieces.next(isolation: #isolation)
                // The library ends a body when its reader is cancelled.
                try Task.checkCancellation()
                return piece.map { Array($0.readableBytesView) }
            } catch {
                throw error is CancellationError ? error : fault(error)
            }
        }
    }
}
