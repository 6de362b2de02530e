import Domain
import JSON
import Vault

/// Makes cursors and reads them back: a position in plain JSON behind a code that binds it to the tenant, the
/// Application, the list and its filters. Who gets one learns nothing that the page didn't show, and can't alter it.
struct CursorSeal: Sendable {
    private static let codeBytes = 16
    private static let mostBytes = 4_096
    private static let purpose = "tributary/v1/cursor"

    let vault: Vault

    /// The bytes of a cursor for `position` in the list that `binding` describes.
    func seal(_ position: [JSONValue], for list: [String], caller: Caller) throws -> [UInt8] {
        let text = JSONValue.array(position).serialized()
        return try code(of: text, list, caller) + text
    }

    /// The position of a cursor; throws `cursor.invalid` for one that wasn't made for this list and caller.
    func open(_ cursor: [UInt8], for list: [String], caller: Caller) throws -> [JSONValue] {
        guard cursor.count > Self.codeBytes, cursor.count <= Self.mostBytes else { throw AppError(.cursorInvalid) }
        let text = Array(cursor[Self.codeBytes...])
        let expected = try code(of: text, list, caller)
        // Text with a right code was written by this program, so it parses.
        guard ConstantTime.areEqual(cursor.prefix(Self.codeBytes), expected),
            let position = try? JSONValue(parsing: text).arrayValue
        else {
            throw AppError(.cursorInvalid)
        }
        return position
    }

    /// The id behind which a page begins; nil for the first page. Throws `cursor.invalid`.
    func id<Kind>(_ cursor: [UInt8]?, for list: [String], caller: Caller) throws -> Identifier<Kind>? {
        try cursor.flatMap { try open($0, for: list, caller: caller).first?.stringValue.flatMap(Identifier.init) }
    }

    /// A page of rows that were asked for one beyond its limit: the one too many says that there is a next, which begins
    /// behind the `position` of the last.
    func page<Row>(
        _ rows: [Row], limit: Int, total: Int, of list: [String], caller: Caller, position: (Row) -> [JSONValue]
    ) throws -> ListPage<Row> {
        let items = Array(rows.prefix(limit))
        let next = rows.count > limit ? items.last.map(position) : nil
        return ListPage(items: items, cursor: try next.map { try seal($0, for: list, caller: caller) }, total: total)
    }

    private func code(of text: [UInt8], _ list: [String], _ caller: Caller) throws -> [UInt8] {
        let context = JSONValue.array(
            [.string(caller.scope.tenant.rawValue), caller.scope.app.map { .string($0.rawValue) } ?? .null]
                + list.map { .string($0) })
        let message = context.serialized() + text
        return Array(try vault.mac(purpose: Self.purpose, message: message).prefix(Self.codeBytes))
    }
}
