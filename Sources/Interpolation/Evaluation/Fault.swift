/// Why something can't be computed: what Python would raise, in kinds that the language tells apart.
struct Fault: Error {
    enum Kind {
        /// An undefined value was used for more than printing: the default takes the place of the whole text.
        case undefined
        /// An operation on types that don't have it: the template's own text is the value.
        case type
        /// A value that an operation doesn't take.
        case value
        /// A key or an index that isn't there.
        case lookup
        /// An attribute that isn't there.
        case attribute
        /// A number or a date beyond what there is.
        case overflow
        /// Anything else that Python or the language refuses.
        case other
        /// A name that isn't in the context.
        case undeclared
        /// The text can't be read.
        case syntax
        /// A bound of ours.
        case bound
    }

    let kind: Kind
    /// Without a full stop. Names things of the template, never a value.
    let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    static func unsupported(_ operation: String, _ left: Value, _ right: Value) -> Fault {
        Fault(.type, "\(operation) isn't possible between \(left.typeName) and \(right.typeName)")
    }

    static let zeroDivision = Fault(.other, "a number is divided by zero")
    static let tooLarge = Fault(.bound, "a value is larger than templates may make")
    static let tooManySteps = Fault(.bound, "it takes more steps than templates may take")
    static let tooDeep = Fault(.bound, "it nests deeper than templates may")
    static let dateRange = Fault(.overflow, "a date is outside the years 1 to 9999")
}
