import Domain
import Inflation

/// Inflates a body piece by piece, within a ratio.
final class BodyInflation {
    /// How much goes in at once at most, so that what comes out at once is bounded too.
    private static let piece = 1 << 15

    private let inflater: Inflater

    init(_ format: Inflater.Format) throws {
        guard let inflater = Inflater(format, limits: Inflater.Limits(ratio: BodyLimits.inflationRatio)) else {
            throw AppError(.bodyDamaged, "There isn't enough memory to inflate the answer.", recovery: .retry)
        }
        self.inflater = inflater
    }

    /// Takes the next piece and hands on what comes out.
    func feed(_ piece: ArraySlice<UInt8>, _ take: (ArraySlice<UInt8>) throws -> Void) throws {
        for start in stride(from: piece.startIndex, to: piece.endIndex, by: Self.piece) {
            var output: [UInt8] = []
            do throws(InflationError) {
                try inflater.feed(piece[start..<min(start + Self.piece, piece.endIndex)], into: &output)
            } catch {
                throw Self.appError(error)
            }
            if !output.isEmpty { try take(output[...]) }
        }
    }

    /// Ends the data.
    func finish() throws {
        do { try inflater.finish() } catch { throw Self.appError(error) }
    }

    private static func appError(_ error: InflationError) -> AppError {
        switch error {
        case .damaged, .truncated: AppError(.bodyDamaged, recovery: .retry)
        case .tooLarge, .ratio: AppError(.bodyInflationLimit, recovery: .fixConfig)
        }
    }
}
