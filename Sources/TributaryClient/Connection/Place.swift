import WireAPI

/// Paths with names in them, which must stay one segment each wherever the request passes.
enum Place {
    static func of(_ path: Path<String>, id: String) throws -> String { path.text(try checked(id: id)) }

    static func of(_ path: Path<(String, String)>, id: String, run: String) throws -> String {
        path.text(try checked(id: id), try checked(id: run))
    }

    static func of(_ path: Path<(String, String)>, id: String, key: String) throws -> String {
        path.text(try checked(id: id), try checked(id: key))
    }

    static func of(_ path: Path<(String, String)>, id: String, entity: String) throws -> String {
        path.text(try checked(id: id), try checked(name: entity, "entity"))
    }

    static func of(_ path: Path<String>, type: String) throws -> String {
        path.text(try checked(name: type, "connector's type"))
    }

    /// An id never has a slash, so one with a slash is a mistake or an attempt at another path.
    private static func checked(id: String) throws -> String {
        guard !id.utf8.contains(UInt8(ascii: "/")), !id.utf8.contains(where: { $0 < 0x21 || $0 == 0x7F }) else {
            throw ConnectionError(.badArgument, "An id can't hold slashes, spaces or control characters.")
        }
        return try checked(name: id, "id")
    }

    /// Empty segments, `.` and `..` mean something else than a name (RFC 3986 section 3.3) and survive encoding.
    private static func checked(name: String, _ what: String) throws -> String {
        guard !["", ".", ".."].contains(name) else {
            throw ConnectionError(.badArgument, "\"\(name)\" can't be the \(what) of a call.")
        }
        return name
    }
}
