import AsyncHTTPClient
import Domain
import Inflation
import NIOCore

/// A body as it comes in, inflated, piece by piece; the source waits while no piece is asked for.
///
/// Errors of the iterator: `http_fetch.unreachable` where the connection breaks, `http_fetch.timeout` where nothing comes for
/// too long, `http_fetch.too_large` past the limits, `http_fetch.damaged` where it can't be inflated.
public struct HTTPBody: AsyncSequence, Sendable {
    let source: HTTPClientResponse.Body
    let encodings: [Inflater.Format]
    let limits: HTTPSession.Limits
    /// How long it is by its `Content-Length`; nil where that isn't said.
    let announced: Int?

    /// Begins to read; at most once.
    public func makeAsyncIterator() -> Iterator {
        iterator(bytes: limits.streamedBytes, inflated: limits.streamedBytes)
    }

    private func iterator(bytes: Int, inflated: Int) -> Iterator {
        Iterator(
            source: source.makeAsyncIterator(), encodings: encodings, bytes: bytes,
            inflated: Inflater.Limits(bytes: inflated, ratio: limits.inflationRatio))
    }

    /// The whole body. One that is announced as too long isn't read at all.
    public func collected() async throws -> [UInt8] {
        if let announced, announced > limits.bodyBytes { throw HTTPSession.tooLarge(limits.bodyBytes) }
        var pieces = iterator(bytes: limits.bodyBytes, inflated: limits.inflatedBytes)
        var bytes: [UInt8] = []
        while let piece = try await pieces.next() {
            if bytes.isEmpty { bytes = piece } else { bytes.append(contentsOf: piece) }
        }
        return bytes
    }

    /// Goes through the pieces.
    public struct Iterator: AsyncIteratorProtocol {
        private var source: HTTPClientResponse.Body.AsyncIterator
        private var inflaters: [Inflater]
        private let isInflatable: Bool
        private let bytes: Int
        private var received = 0
        private var isEnded = false

        init(
            source: HTTPClientResponse.Body.AsyncIterator, encodings: [Inflater.Format], bytes: Int,
            inflated: Inflater.Limits
        ) {
            self.source = source
            self.bytes = bytes
            inflaters = encodings.compactMap { Inflater($0, limits: inflated) }
            isInflatable = inflaters.count == encodings.count
        }

        /// The next piece, never empty; nil at the end.
        public mutating func next() async throws -> [UInt8]? {
            guard isInflatable else { throw AppError(.fetchDamaged) }
            while !isEnded {
                try Task.checkCancellation()
                guard let buffer = try await nextBuffer() else {
                    isEnded = true
                    try finish()
                    return nil
                }
                received += buffer.readableBytes
                guard received <= bytes else { throw HTTPSession.tooLarge(bytes) }
                let piece = try inflated(Array(buffer.readableBytesView))
                if !piece.isEmpty { return piece }
            }
            return nil
        }

        private mutating func nextBuffer() async throws -> ByteBuffer? {
            do {
                return try await source.next(isolation: #isolation)
            } catch {
                throw HTTPSession.fault(error)
            }
        }

        private func inflated(_ piece: [UInt8]) throws -> [UInt8] {
            var piece = piece
            for inflater in inflaters {
                var output: [UInt8] = []
                do throws(InflationError) {
                    try inflater.feed(piece, into: &output)
                } catch {
                    throw Self.fault(error)
                }
                piece = output
            }
            return piece
        }

        private func finish() throws {
            // A body of nothing at all is what answers to HEAD and statuses without a body have, whatever they announce.
            guard received > 0 else { return }
            for inflater in inflaters {
                do throws(InflationError) { try inflater.finish() } catch { throw Self.fault(error) }
            }
        }

        private static func fault(_ error: InflationError) -> AppError {
            switch error {
            case .damaged: AppError(.fetchDamaged, recovery: .waitForSource)
            case .truncated: AppError(.fetchUnreachable, "The answer ends too early.", recovery: .retry)
            case .tooLarge(let bytes): HTTPSession.tooLarge(bytes)
            case .ratio(let ratio):
                AppError(
                    .fetchTooLarge, "The source's answer inflates to more than \(ratio) times its size.",
                    recovery: .fixConfig)
            }
        }
    }
}
