/// The members of a JSON object in the order in which they were put in, each name once. Looking up a name is linear
/// in small objects and hashed in larger ones. Equality ignores the order.
public struct JSONObject: Sendable {
    /// One name and its value.
    public struct Member: Hashable, Sendable {
        /// The name.
        public let name: String
        /// The value.
        public internal(set) var value: JSONValue

        /// Makes a member.
        public init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    private static let largestUnhashed = 12

    /// The members in order.
    public private(set) var members: [Member] = []
    /// Where each name is; empty while the object is small.
    private var places: [ExactText: Int] = [:]

    /// Makes an empty object.
    public init() {}

    /// Makes an object of members; of two of one name the last wins.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        for (name, value) in members { self[name] = value }
    }

    /// How many members there are.
    public var count: Int { members.count }

    /// Whether there is no member.
    public var isEmpty: Bool { members.isEmpty }

    /// The names in order.
    public var names: [String] { members.map(\.name) }

    /// The value of that name. Setting puts a new name last and leaves a known one in its place; nil removes it.
    public subscript(name: String) -> JSONValue? {
        get { place(of: name).map { members[$0].value } }
        set {
            guard let newValue else {
                remove(name)
                return
            }
            if let place = place(of: name) {
                members[place].value = newValue
            } else {
                append(name, newValue)
            }
        }
    }

    /// Removes the member of that name and returns its value; nil if there is none. Linear in the object's size.
    @discardableResult
    public mutating func remove(_ name: String) -> JSONValue? {
        guard let place = place(of: name) else { return nil }
        let value = members.remove(at: place).value
        places.removeAll(keepingCapacity: true)
        if members.count > Self.largestUnhashed { index() }
        return value
    }

    /// Appends a member; false, and no change, if the name is there already.
    mutating func insert(_ name: String, _ value: JSONValue) -> Bool {
        guard place(of: name) == nil else { return false }
        append(name, value)
        return true
    }

    /// The members sorted by the bytes of their names.
    var sortedMembers: [Member] { members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } }

    private func place(of name: String) -> Int? {
        let name = ExactText(name)
        return places.isEmpty ? members.firstIndex { ExactText($0.name) == name } : places[name]
    }

    private mutating func append(_ name: String, _ value: JSONValue) {
        members.append(Member(name: name, value: value))
        if !places.isEmpty {
            places[ExactText(name)] = members.count - 1
        } else if members.count > Self.largestUnhashed {
            index()
        }
    }

    private mutating func index() {
        for (place, member) in members.enumerated() { places[ExactText(member.name)] = place }
    }
}

extension JSONObject: Hashable {
    /// Whether both have the same names with equal values, in whatever order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }

    /// Feeds the hasher without regard to the order of members.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for member in members {
            var one = Hasher()
            one.combine(ExactText(member.name))
            one.combine(member.value)
            sum ^= one.finalize()
        }
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral, CustomStringConvertible, Sequence {
    /// Makes an object; of two members of one name the last wins.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }

    /// The object as compact JSON text.
    public var description: String { JSONValue.object(self).description }

    /// Goes through the members in order.
    public func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
}
