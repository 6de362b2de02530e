/// A first-in, first-out line with a limit (Invariant 8).
struct Fifo<Element> {
    private var elements: [Element] = []
    private var head = 0
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var count: Int { elements.count - head }

    /// False when the line is full.
    mutating func append(_ element: Element) -> Bool {
        guard count < limit else { return false }
        elements.append(element)
        return true
    }

    mutating func popFirst() -> Element? {
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
