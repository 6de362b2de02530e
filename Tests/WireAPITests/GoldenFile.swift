import Foundation
import JSON
import Testing
import WireAPI

/// Holds `value` against a stored text in both directions. The files stay for ever: they are what clients were promised.
func expectGolden<Shape: WireValue & Equatable>(
    _ value: Shape, _ file: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(file).json")
    let golden = try JSONValue(parsing: [UInt8](Data(contentsOf: url)))
    #expect(
        String(decoding: value.serialized(), as: UTF8.self) == golden.description, sourceLocation: sourceLocation)
    #expect(try Shape(json: golden) == value, sourceLocation: sourceLocation)
}
