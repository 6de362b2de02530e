import Bootstrap
import Foundation
import Testing

@Suite("The page of metrics")
struct MetricsPageTests {
    @Test("says what the meters declare")
    func isFresh() throws {
        let path =
            (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
            .path + "/docs/metrics.md"
        if ProcessInfo.processInfo.environment["TRIBUTARY_TEST_WRITE"] == "1" {
            try Tributary.metricsPage.write(toFile: path, atomically: true, encoding: .utf8)
        }
        let page = try String(contentsOfFile: path, encoding: .utf8)
        #expect(page == Tributary.metricsPage, "stale: its head says how to make it anew")
    }
}
