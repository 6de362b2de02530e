import ArgumentParser
import Domain
import TributaryClient
import WireAPI

/// Shows a DataSource's runs.
struct DataSourceRuns: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List the runs, newest first, or show one.",
        discussion: """
            Examples:
              tributary datasources runs ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA
              tributary datasources runs ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA run_01JD2Y6V9N0QH8Z4M7K3T5R1XC
            """)

    @Argument(help: "The DataSource.") var id: String
    @Argument(help: ArgumentHelp("The run to show.", valueName: "run")) var runID: String?
    @OptionGroup var page: PageOptions
    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.withClient { client in
            if let runID {
                try show(try await client.datasources.run(id, runID))
            } else {
                try show(try await client.datasources.runs(id, limit: page.limit, cursor: page.cursor))
            }
        }
    }

    private func show(_ run: SyncRunBody) throws {
        let output = Surroundings.current.output
        guard !options.json else { return try output.json(run) }
        Table.sheet([
            ("id", Table.Cell(run.id)), ("status", .status(run.status)), ("trigger", Table.Cell(run.trigger)),
            ("mode", Table.Cell(run.mode)), ("attempt", .number(run.attempt)), ("created", .time(run.createdAt)),
            ("started", .time(run.startedAt)), ("finished", .time(run.finishedAt)),
            ("took", Table.Cell(run.took ?? "-")), ("worker", Table.Cell(run.workerID ?? "-")),
            ("bytes", .number(run.entities.reduce(0) { $0 + $1.bytes })),
            ("error", Table.Cell(run.error.map { "\($0.message) (\($0.code))" } ?? "-")),
        ]).write(to: output)
        output.line("")
        Table.counts(run.entities).write(to: output)
        if let error = run.error {
            Surroundings.current.errors.line("hint: \(Advice(recovery: error.recovery, run: run).text)")
        }
    }

    private func show(_ runs: Page<SyncRunBody>) throws {
        let output = Surroundings.current.output
        guard !options.json else { return try output.json(runs) }
        var table = Table([
            .init(title: "ID"), .init(title: "STATUS"), .init(title: "TRIGGER"), .init(title: "CREATED"),
            .init(title: "READ", isNumber: true), .init(title: "CHANGED", isNumber: true),
            .init(title: "ERROR", shrinks: true),
        ])
        for run in runs.items {
            let read = run.entities.reduce(0) { $0 + $1.read }
            let changed = run.entities.reduce(0) { $0 + $1.inserted + $1.updated + $1.deleted }
            table.add([
                Table.Cell(run.id), .status(run.status), Table.Cell(run.trigger), .time(run.createdAt),
                .number(read), .number(changed), Table.Cell(run.error?.message ?? ""),
            ])
        }
        table.write(to: output)
        PageOptions.mention(next: runs.nextCursor, total: runs.total)
    }
}

extension SyncRunBody {
    /// From its first start to its end, as `1.5 s`; nil before that.
    fileprivate var took: String? {
        guard let startedAt, let finishedAt, let start = Timestamp(rfc3339: startedAt),
            let end = Timestamp(rfc3339: finishedAt)
        else { return nil }
        let tenths = (end.milliseconds - start.milliseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
