import ArgumentParser
import Bootstrap
import Domain

/// Tries templates of manifests.
struct EvalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Print the values of a manifest's templates.",
        discussion: """
            Reads one JSON object a line, {"template": "{{ record['id'] }}", "config": {…}}, from standard input, and prints \
            {"value": …} or {"error": {"code", "message"}} for each.

            The context is a JSON object with what the templates see: record, response, headers, last_record, \
            last_page_size, next_page_token, parameters, stream_slice, extra_fields, and now, the time.

            Example:
              tributary connector eval --context context.json < templates.jsonl
            """)

    @Option(help: ArgumentHelp("What the templates see, a JSON file.", valueName: "file"))
    var context: String

    func run() async throws {
        let tool: TemplateTool
        do {
            tool = try TemplateTool(context: try TextSource.file(context))
        } catch let error as AppError {
            throw UsageError("--context: \(error.message)")
        }
        let surroundings = Surroundings.current
        var rest: [UInt8] = []
        while true {
            let piece = try surroundings.inputPiece()
            rest += piece
            var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            // The last one isn't complete before the input's end.
            let last = piece.isEmpty ? [] : lines.removeLast()
            for line in lines where !line.isEmpty {
                surroundings.output.emit(tool.answer(Array(line)) + [UInt8(ascii: "\n")])
            }
            guard !piece.isEmpty else { return }
            rest = Array(last)
            guard rest.count <= Surroundings.maxInputBytes else {
                throw CommandError("a line is longer than \(Surroundings.maxInputBytes) bytes")
            }
        }
    }
}
