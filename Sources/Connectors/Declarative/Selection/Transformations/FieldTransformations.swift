import Domain
import Interpolation

/// Changes a record before it is handed on.
protocol RecordTransformation: Sendable {
    /// Changes the record. `context` has the slice; it may be changed and is used again for the next record.
    func apply(to record: inout Value, in context: inout Context) throws

    /// The changed record where that can be had without reading the whole of its text, which is a compact, valid JSON
    /// object; nil where it can't.
    func applied(to text: ArraySlice<UInt8>, in context: inout Context) throws -> ArraySlice<UInt8>?
}

extension RecordTransformation {
    func applied(to text: ArraySlice<UInt8>, in context: inout Context) throws -> ArraySlice<UInt8>? { nil }
}

/// Adds fields to a record, each where its path leads; one sees those before it.
struct AddFields: RecordTransformation {
    /// One field.
    struct Field: Sendable {
        let path: [String]
        let value: TemplateField
        /// What the value may be besides a text; nil for anything.
        let types: ValueTypes?
        let parameters: Value
        /// Puts the value into a record's text; nil where its path has more than one step.
        let member: TextMember?

        init(path: [String], value: Template, types: ValueTypes?, parameters: Value) {
            self.path = path
            self.value = TemplateField(value)
            self.types = types
            self.parameters = parameters
            member = path.count == 1 ? TextMember(path[0]) : nil
        }
    }

    let fields: [Field]
    /// Whether a field is added; it sees the field's `value` and `path`.
    let condition: Template?
    let parameters: Value

    func apply(to record: inout Value, in context: inout Context) throws {
        for field in fields {
            context[.record] = record
            context[.parameters] = field.parameters
            let value = try field.value.value(in: context, types: field.types)
            if let condition {
                context[.parameters] = parameters
                context[.value] = value
                context[.path] = .list(field.path.map { .string($0) })
                guard try condition.isTrue(in: context) else { continue }
            }
            // So that the record isn't shared while it is changed.
            context[.record] = nil
            do {
                try FieldPath.set(value, at: field.path[...], in: &record)
            } catch {
                throw AppError(
                    .fieldBlocked, "The field \(field.path.joined(separator: ".")) leads through a value.",
                    recovery: .fixConfig)
            }
        }
    }
}

extension AddFields {
    func applied(to text: ArraySlice<UInt8>, in context: inout Context) throws -> ArraySlice<UInt8>? {
        guard condition == nil, fields.allSatisfy({ $0.member != nil }) else { return nil }
        var text = text
        for field in fields {
            context[.record] = .object(ParsedLater(text))
            context[.parameters] = field.parameters
            let value = try field.value.value(in: context, types: field.types)
            guard let changed = field.member?.set(value, in: text) else { return nil }
            text = changed
        }
        context[.record] = nil
        return text
    }
}

/// Removes fields from a record; with a condition, every scalar of which it is true, wherever it stands.
struct RemoveFields: RecordTransformation {
    let paths: [FieldPath]
    /// It sees the scalar as `property`.
    let condition: Template?
    let parameters: Value

    func apply(to record: inout Value, in context: inout Context) throws {
        guard let condition else {
            for path in paths { path.remove(from: &record) }
            return
        }
        context[.parameters] = parameters
        var scope = context
        for _ in paths {
            try FieldPath.removeScalars(from: &record) { scalar in
                scope.extras["property"] = scalar
                return try condition.isTrue(in: scope)
            }
        }
    }
}

/// Brings the fields of one object within a record to the record's top.
struct FlattenObject: RecordTransformation {
    let path: FieldPath
    let prefix: String
    let suffix: String
    /// Whether the object goes from where it was.
    let removesOrigin: Bool
    /// Whether all else goes.
    let replacesRecord: Bool

    func apply(to record: inout Value, in context: inout Context) throws {
        let found = path.hasStar ? path.values(in: record).first : try path.value(in: record)
        guard var object = found?.mapping else { return }
        if !prefix.isEmpty || !suffix.isEmpty {
            object = Mapping(object.map { (.string(prefix + $0.key.keyText + suffix), $0.value) })
        }
        if replacesRecord, !object.isEmpty { return record = .mapping(object) }
        guard let mapping = record.mapping, object.keys.allSatisfy({ mapping[$0] == nil }) else { return }
        if removesOrigin { path.remove(from: &record) }
        var merged = record.mapping ?? Mapping()
        merged.merge(object)
        record = .mapping(merged)
    }
}
