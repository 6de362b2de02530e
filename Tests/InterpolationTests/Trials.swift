import Domain
import Foundation
import Interpolation
import JSON
import Testing

/// Files of these tests and beside the repository.
enum TestFile {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    static func golden(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: "Golden/\(name)")))
    }

    /// Templates with the values that another engine gave them; nil where they aren't on this machine.
    static let shared: [UInt8]? = {
        let root = folder.deletingLastPathComponent().deletingLastPathComponent()
        // They are no part of the repository: most machines don't have them.
        return (try? Data(contentsOf: root.appending(path: "../shared/lowcode/interpolation.json"))).map { [UInt8]($0) }
    }()
}

extension TemplateSources {
    /// A clock that stands still, and one id.
    static let still = TemplateSources(
        now: { DateTime(unixMicroseconds: 1_749_990_896_789_012) ?? DateTime(.init(milliseconds: 0)) },
        uuid: { "6fa459ea-ee8a-4ca4-894e-db77e160355e" })
}

extension Context {
    /// A record, a response, a slice and a config.
    static func sample() throws -> Context {
        var context = Context(
            config: try Value(json: #"{"key": "abc", "n": 5, "list": ["a", "b"], "start": "2025-06-10T00:00:00Z"}"#),
            parameters: ["name": "items"], sources: .still)
        context[.record] = try Value(
            json: #"{"id": 7, "name": "Ann", "tags": ["x", "y"], "nested": {"a": {"b": 1}}, "items": 3, "none": null}"#)
        context[.response] = try Value(json: #"{"next": "t2", "data": [{"id": 1}, {"id": 2}], "more": true}"#)
        context[.nextPageToken] = .some(.none)
        context[.streamSlice] = MappingObject.slice(
            partition: ["parent": "p", "data": 1], cursorSlice: ["start_time": "2025-06-10"],
            extraFields: ["title": "T"])
        return context
    }
}

/// The value of a template in the sample context, as compact JSON.
func value(_ template: String, types: ValueTypes? = nil, default standard: String? = nil) throws -> String {
    let value = try Template(template).value(in: .sample(), types: types, default: standard.map { Template($0) })
    return String(decoding: value.json, as: UTF8.self)
}

/// Expects that the body throws an error of the code.
func expectFailure(
    _ code: ErrorCode, _ body: () throws -> some Any, sourceLocation: SourceLocation = #_sourceLocation
) {
    do {
        let value = try body()
        Issue.record("\(value) instead of \(code.code)", sourceLocation: sourceLocation)
    } catch {
        #expect((error as? AppError)?.code == code.code, sourceLocation: sourceLocation)
    }
}
