/// A first-in, first-out line with a limit (Invariant 8).
package struct Fifo<Element> {
    private var elements: [Element] = []
    private var head = 0
    private let limit: Int

    package init(limit: Int) { self.limit = limit }

    package var count: Int { elements.count - head }

    /// False when the line is full.
    package mutating func append(_ element: Element) -> Bool {
        guard count < limit else { return false }
        elements.append(element)
        return true
    }

    package mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head]
        head += 1
        if head == elements.count || head >= 256 {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }
}
