/// What Package.swift says its targets depend on, read from its text.
///
/// Knows the manifest's own way of writing: `let name = Target.Dependency.product(name: "X", …)` above, and targets with
/// `name:` first.
struct PackageManifest {
    /// Dependencies by target; a product counts under its name.
    let dependencies: [String: Set<String>]

    init(_ text: String) {
        let products = Self.products(in: text)
        var dependencies: [String: Set<String>] = [:]
        for kind in [".target(", ".executableTarget(", ".systemLibrary("] {
            for part in text.split(separator: kind, omittingEmptySubsequences: false).dropFirst() {
                let call = Self.call(part)
                guard let name = Self.quoted(call).first else { continue }
                dependencies[name] = Self.dependencies(in: call, products: products)
            }
        }
        self.dependencies = dependencies
    }

    /// The text up to the parenthesis that closes the call.
    private static func call(_ text: Substring) -> Substring {
        var depth = 1
        return text.prefix { character in
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            return depth > 0
        }
    }

    private static func dependencies(in call: Substring, products: [String: String]) -> Set<String> {
        guard let list = after("dependencies: [", in: call)?.prefix(while: { $0 != "]" }) else { return [] }
        let entries = list.split { $0 == "," || $0.isWhitespace }
        return Set(entries.map { quoted($0).first ?? products[String($0)] ?? String($0) })
    }

    /// The product that each `let` names.
    private static func products(in text: String) -> [String: String] {
        let lines = text.split(separator: "\n").filter { $0.contains("Target.Dependency.product(") }
        return Dictionary(
            lines.compactMap { line in
                guard let name = line.split(separator: " ").dropFirst().first, let product = quoted(line).first else {
                    return nil
                }
                return (String(name), product)
            },
            uniquingKeysWith: { first, _ in first })
    }

    private static func after(_ mark: String, in text: Substring) -> Substring? {
        guard let range = text.firstRange(of: mark) else { return nil }
        return text[range.upperBound...]
    }

    private static func quoted(_ text: Substring) -> [String] {
        zip(0..., text.split(separator: "\"", omittingEmptySubsequences: false))
            .filter { index, _ in index % 2 == 1 }.map { String($1) }
    }
}
