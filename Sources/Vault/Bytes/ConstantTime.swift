/// Comparing what a guesser must learn nothing of.
package enum ConstantTime {
    /// Whether both are the same bytes; goes through the shorter one whole, wherever the first difference is.
    package static func areEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        zip(left, right).reduce(UInt8(left.count == right.count ? 0 : 1)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
