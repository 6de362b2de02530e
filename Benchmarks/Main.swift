import Dispatch
import Glibc

/// Runs the benchmarks that its arguments name, or all, and prints a line for each; `scripts/bench-micro` and
/// `scripts/bench-gates` call it.
///
/// A target of the main package rather than a package of its own, because most of what it measures isn't a product, and
/// because one build folder then serves both.
///
/// Environment: `BENCH_FOLDER` for files, `BENCH_DATABASE` the URL of an empty PostgreSQL database (without it what needs
/// one is left out), `BENCH_PASSES` how many passes there are, from 1 to ``Benchmark/mostPasses``.
@main
struct Main {
    /// Waits for the work in a plain call: an asynchronous `main` gives its thread away, which valgrind doesn't survive.
    static func main() {
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            do {
                try await run()
            } catch {
                print("benchmarks: \(error)")
                exit(1)
            }
            done.signal()
        }
        done.wait()
    }

    private static func run() async throws {
        var wanted = CommandLine.arguments.dropFirst()
        if wanted.first == "--list" {
            for benchmark in Benchmark.all { print("\(benchmark.name.padded(to: 20)) \(benchmark.about)") }
            return
        }
        guard let folder = variable("BENCH_FOLDER") else { throw BenchmarkFailure("BENCH_FOLDER isn't set") }
        let place = Place(folder: folder, database: variable("BENCH_DATABASE"))
        let passes = variable("BENCH_PASSES").flatMap(Int.init) ?? Benchmark.mostPasses
        guard (1...Benchmark.mostPasses).contains(passes) else {
            throw BenchmarkFailure("BENCH_PASSES is out of range")
        }
        if wanted.isEmpty {
            wanted = Benchmark.all.filter { !$0.needsDatabase || place.database != nil }.map(\.name)[...]
        }
        print(Figures.heading)
        for name in wanted {
            guard let benchmark = Benchmark.all.first(where: { $0.name == name }) else {
                throw BenchmarkFailure("there is no benchmark \(name)")
            }
            print(try await benchmark.measured(in: place, passes: passes).line(name))
        }
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
