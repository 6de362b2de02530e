import Domain
import Interpolation

/// Regular expressions of manifests outside of templates, read by the engine of the templates' own filters.
enum PatternText {
    private static let search = Template("{{ value | regex_search(path) }}")

    /// What the pattern matches at the text's beginning; nil where it doesn't.
    static func prefix(of text: String, matching pattern: String) -> String? {
        let never = TemplateSources(now: { DateTime(Timestamp(milliseconds: 0)) }, uuid: { "" })
        var context = Context(config: [:], sources: never)
        context[.value] = .string(text)
        context[.path] = .string("^(" + pattern + ")")
        // A pattern that can't be read matches nothing.
        guard let found = try? search.text(in: context), !found.isEmpty else { return nil }
        return found
    }

    /// Whether the pattern matches anywhere in the text.
    static func occurs(_ pattern: String, in text: String) -> Bool {
        // What is found may be empty, so the end is made to be a part of it.
        prefix(of: text + "\u{1}", matching: "(?:[\\s\\S]*?)(?:" + pattern + ")[\\s\\S]*") != nil
    }
}
