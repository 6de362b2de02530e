import FaultKit
import Foundation
import TestSupport
import Testing

/// The pages as a browser shows them.
@Suite(.ownThreads) struct BrowserTests {
    @Test("every page in a browser: no error, no foreign request, nothing too wide, no dead link; the playground works")
    func walk() throws {
        let server = try ServerProcess()
        try server.start()
        let environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": server.folder.path,
        ]
        let walk = try ChildProcess(
            [
                "/usr/bin/python3", ServerProcess.root + "/Tests/DocsTests/Browser/walk.py", server.url,
                try server.token(),
            ],
            environment: environment, errors: server.folder.path + "/walk.log")
        let output = walk.readAll()
        let status = walk.wait()
        let log = try String(contentsOfFile: server.folder.path + "/walk.log", encoding: .utf8)
        #expect(status == 0, "\(output)\n\(log.suffix(2_000))")
        _ = server.stop()
    }
}
