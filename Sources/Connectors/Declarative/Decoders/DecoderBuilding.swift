import Interpolation
import JSON

extension ComponentBuilder {
    /// Makes a decoder; nil = JSON.
    func bodyDecoder(_ node: ComponentNode?) throws -> any BodyDecoder {
        guard let node else { return JSONBodyDecoder() }
        switch node.type {
        case "XmlDecoder": return XMLBodyDecoder()
        case "IterableDecoder": return LinesDecoder()
        case "ZipfileDecoder": return ZipBodyDecoder(inner: try innerDecoder(node))
        case "JsonDecoder": return JSONBodyDecoder()
        default: return try plainDecoder(node)
        }
    }

    /// A decoder that may stand inside an archive, where a body that isn't JSON is an error.
    private func innerDecoder(_ node: ComponentNode) throws -> any BodyDecoder {
        try plainDecoder(try node.requiredChild("decoder"))
    }

    private func plainDecoder(_ node: ComponentNode) throws -> any BodyDecoder {
        switch node.type {
        case "JsonDecoder": JSONBodyDecoder(isStrict: true)
        case "JsonlDecoder": JSONLinesDecoder()
        case "JsonItemsDecoder":
            JSONItemsDecoder(
                path: JSONElementPath(names: try node.requiredText("items_path").split(separator: ".").map(String.init))
            )
        case "CsvDecoder": try csvDecoder(node)
        case "GzipDecoder": GzipBodyDecoder(inner: try innerDecoder(node))
        default: throw node.unknownType()
        }
    }

    private func csvDecoder(_ node: ComponentNode) throws -> CSVBodyDecoder {
        let name = try node.text("encoding") ?? "utf-8"
        guard let encoding = TextEncoding(named: name) else {
            throw node.invalid("is an encoding that isn't read", at: "encoding")
        }
        guard let delimiter = CSVBodyDecoder.delimiter(try node.text("delimiter") ?? ",") else {
            throw node.invalid("must be one ASCII character", at: "delimiter")
        }
        return CSVBodyDecoder(
            encoding: encoding, delimiter: delimiter, nulls: Set(try node.texts("set_values_to_none") ?? []))
    }
}
