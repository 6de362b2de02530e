/// The error codes that the sources declare.
enum ErrorCodes {
    /// The first argument of every `ErrorCode("…", …)` of `file`, with its line.
    static func declared(in file: SourceTree.File) -> [(code: String, line: Int)] {
        let text = Array(file.text.utf8)
        return file.code.offsets(of: "ErrorCode(").compactMap { start in
            let argument = text[(start + "ErrorCode(".utf8.count)...]
                .drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
            guard argument.first == UInt8(ascii: "\"") else { return nil }
            let code = argument.dropFirst().prefix { $0 != UInt8(ascii: "\"") }
            return (String(decoding: code, as: UTF8.self), file.code.line(at: start))
        }
    }

    /// Codes that are badly formed or declared twice.
    static func complaints(about files: [SourceTree.File]) -> [Complaint] {
        var seen: Set<String> = []
        return files.flatMap { file in
            declared(in: file).compactMap { code, line in
                if !isWellFormed(code) {
                    return Complaint(path: file.path, line: line, rule: "'\(code)' isn't dotted lower case")
                }
                return seen.insert(code).inserted
                    ? nil : Complaint(path: file.path, line: line, rule: "'\(code)' is declared twice")
            }
        }
    }

    /// Codes that are declared as a static member but stand in no list of their target's, and lists that nothing gathers.
    static func unlisted(in files: [SourceTree.File]) -> [Complaint] {
        let gathered = files.first { $0.path == "Sources/Bootstrap/Errors.swift" }?.text ?? ""
        var complaints: [Complaint] = []
        for rule in ImportRule.all where !rule.folder.hasPrefix("Sources/Testing/") {
            let own = files.filter { $0.path.hasPrefix(rule.folder + "/") }
            let lists = own.filter { $0.text.contains("All: [ErrorCode] = [") }
            let listed = Set(lists.flatMap { $0.text.matches(of: /\.(\w+)[,\]]/).map { String($0.output.1) } })
            for file in own {
                for match in file.text.matches(of: /static let (\w+) = ErrorCode\(/) {
                    let name = String(match.output.1)
                    if listed.contains(name) { continue }
                    complaints.append(Complaint(path: file.path, line: 1, rule: "\(name) stands in no list of codes"))
                }
                for match in file.text.matches(of: /static let (\w+All): \[ErrorCode\]/) {
                    let name = "ErrorCode." + match.output.1
                    if gathered.contains(name) { continue }
                    complaints.append(Complaint(path: file.path, line: 1, rule: "\(name) isn't gathered"))
                }
            }
        }
        return complaints
    }

    /// Two or more dotted parts, each a lower-case letter and then letters, digits and underscores.
    static func isWellFormed(_ code: String) -> Bool {
        let parts = code.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count >= 2
            && parts.allSatisfy { part in
                guard let first = part.first else { return false }
                return isLower(first)
                    && part.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
            }
    }

    private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
