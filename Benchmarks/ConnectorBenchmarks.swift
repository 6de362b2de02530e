import ConnectorAPI
import Domain
import FileConnector
import FoundationEssentials
import JSON
import SQLConnectors

extension Benchmark {
    private static let rows = 20_000

    /// From a source's bytes to records: what a run does before it stores anything.
    static let connectors = [
        Benchmark(name: "csv-records", about: "a CSV file to records, keyed and hashed") { place in
            let text = SampleRow.columns.joined(separator: ",") + "\n" + (0..<rows).map { SampleRow($0).csv }.joined()
            return try fileWork(place, "customers.csv", text)
        },
        Benchmark(name: "jsonl-records", about: "a JSONL file to records, keyed and hashed") { place in
            try fileWork(place, "customers.jsonl", (0..<rows).map { SampleRow($0).json + "\n" }.joined())
        },
        Benchmark(name: "json-values", about: "JSON objects to values, each parsed by itself") { _ in
            let texts = (0..<rows).map { Array(SampleRow($0).json.utf8) }
            let parser = JSONParser(limits: .source)
            return Work(items: rows, bytes: texts.reduce(0) { $0 + $1.count }) { _ in
                var members = 0
                for text in texts { members += try parser.parse(text).objectValue?.count ?? 0 }
                try BenchmarkFailure.check(members, rows * SampleRow.columns.count, "members")
            }
        },
        Benchmark(name: "postgres-rows", about: "rows of PostgreSQL's binary COPY to records, without a server") { _ in
            let tuples = (0..<rows).map { SampleRow($0).tuple }
            let columns = zip(SampleRow.columns, SampleRow.typeOIDs).map { (name: $0, oid: $1) }
            return Work(items: rows, bytes: tuples.reduce(0) { $0 + $1.count }) { _ in
                var records = RecordedRows(entity: "public.customers", columns: columns, primaryKey: ["id"])
                var count = 0
                for tuple in tuples {
                    try tuple.withUnsafeBytes { try records.append($0) }
                    if records.isFull { count += records.takeBatch().items.count }
                }
                try BenchmarkFailure.check(count + records.takeBatch().items.count, rows, "records")
            }
        },
    ]

    /// A pass opens the file and reads it to its end.
    private static func fileWork(_ place: Place, _ name: String, _ text: String) throws -> Work {
        let tenant = try Stage.tenant
        let folder = "\(place.folder)/\(tenant)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
        let connector = FileConnector(root: place.folder)
        let context = ConnectorContext(tenant: tenant, config: ["path": .string(name), "primary_key": ["id"]])
        let plan = ReadPlan(entities: [ReadPlan.Entity(name: "customers", mode: .full, primaryKey: ["id"])])
        return Work(items: rows, bytes: text.utf8.count) { _ in
            let reader = try await connector.read(plan, context)
            var count = 0
            while let batch = try await reader.next() { count += batch.items.count }
            await reader.close()
            try BenchmarkFailure.check(count, rows, "records")
        }
    }
}
