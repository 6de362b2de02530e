import Glibc
import Hummingbird

/// What requests are measured against: a server of Hummingbird's own router with one route and nothing else.
///
/// Listens on a free port and says where, as `tributary serve` does.
@main
struct HelloWorld {
    static func main() async throws {
        let router = Router()
        router.get("/") { _, _ in "Hello, world!" }
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                let line = Array("listening on http://127.0.0.1:\(channel.localAddress?.port ?? 0)\n".utf8)
                _ = line.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            })
        try await application.runService()
    }
}
