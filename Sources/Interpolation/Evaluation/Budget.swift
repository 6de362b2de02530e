/// What one evaluation may use. Time and memory follow from it, whatever the template says.
struct Budget {
    /// Steps of the evaluator, elements gone through, characters looked at by patterns in tens.
    static let steps = 250_000
    /// Bytes of all texts and lists that are made on the way, those thrown away too.
    static let bytes = 4 << 20
    /// The longest text that comes out.
    static let outputBytes = 2 << 20
    /// How deeply macros, loops and values may nest.
    static let depth = 40

    private var stepsLeft = Self.steps
    private var bytesLeft = Self.bytes
    private var depthLeft = Self.depth

    /// Takes steps.
    @inline(__always)
    mutating func step(_ count: Int = 1) throws(Fault) {
        stepsLeft &-= count
        if stepsLeft < 0 { throw .tooManySteps }
    }

    /// Takes bytes.
    @inline(__always)
    mutating func take(bytes count: Int) throws(Fault) {
        bytesLeft &-= count
        if bytesLeft < 0 { throw .tooLarge }
    }

    /// Takes room for the elements of a list, and a step for each.
    @inline(__always)
    mutating func take(elements count: Int) throws(Fault) {
        try step(count)
        try take(bytes: count &* 32)
    }

    /// Takes steps for arithmetic whose time grows with the product of two lengths in 32-bit digits.
    mutating func take(digits one: Int, times other: Int) throws(Fault) {
        if one > 2 || other > 2 { try step(one * other / 32) }
    }

    /// Goes one level down; ``leave()`` comes back.
    mutating func enter() throws(Fault) {
        depthLeft -= 1
        if depthLeft < 0 { throw .tooDeep }
    }

    mutating func leave() { depthLeft += 1 }
}
