import HTTPFetch
import JSON

/// Makes elements of response bodies: values in JSON text, from which an extractor takes records.
///
/// A JSON array gives each of its elements, any other JSON value itself; a CSV file gives an object for each row. What
/// can't be decoded gives no element, or an error where the format's own rules say so.
protocol BodyDecoder: Sendable {
    /// Whether elements come while the body is being read, so that a paginator can't see them (it sees `{}`).
    var isStreaming: Bool { get }

    /// Begins one body. `head` says how it was sent (`Content-Type`, `Content-Encoding`).
    func begin(_ head: ResponseHead) throws -> any BodyDecoding
}

/// One body being decoded.
protocol BodyDecoding {
    /// Takes the next piece of the body and adds the elements that it completes.
    mutating func feed(_ piece: ArraySlice<UInt8>, into elements: inout JSONElementBatch) throws

    /// Ends the body and adds what is left.
    mutating func finish(into elements: inout JSONElementBatch) throws
}

/// What came before a response's body.
struct ResponseHead: Sendable {
    /// The HTTP status.
    let status: Int
    /// In the order of arrival, with names as they were sent.
    let headers: [HTTPField]

    /// The first field of that name, whatever its case; nil where there is none.
    func first(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
