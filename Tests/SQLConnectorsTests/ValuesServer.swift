import CLibPQ
import Glibc
import TestSupport

/// A PostgreSQL server of a test's own in a temporary folder, reached by a socket there.
/// To be replaced by the shared `PostgresServer` of FaultKit.
final class ValuesServer {
    private static let programs = "/usr/lib/postgresql/15/bin"
    private let folder: TemporaryFolder
    private let process: ChildProcess

    init() throws {
        folder = try TemporaryFolder()
        let log = folder.path + "/log"
        var prefix: [String] = []
        if getuid() == 0 {
            // The server refuses to run as root.
            let user = getpwnam("postgres").pointee
            chown(folder.path, user.pw_uid, user.pw_gid)
            prefix = [
                "/usr/bin/setpriv", "--reuid=\(user.pw_uid)", "--regid=\(user.pw_gid)", "--clear-groups",
            ]
        }
        let data = folder.path + "/data"
        let initdb = [
            Self.programs + "/initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8",
        ]
        let made = try ChildProcess(prefix + initdb + ["--locale=C.UTF-8"], environment: [:], errors: log)
        _ = made.readAll()
        guard made.wait() == 0 else { throw ValuesFailure("initdb failed, see its log") }
        process = try ChildProcess(
            prefix + [
                Self.programs + "/postgres", "-D", data, "-k", folder.path, "-c", "listen_addresses=", "-c",
                "fsync=off",
                "-c", "autovacuum=off",
            ], environment: [:], errors: log)
    }

    deinit {
        process.send(SIGQUIT)
        _ = process.wait()
    }

    /// Connects, as soon as the server lets it.
    func connect() throws -> ValuesConnection {
        let pause = timespec(tv_sec: 0, tv_nsec: 20_000_000)
        var refusal = ""
        for _ in 0..<1500 {
            do {
                return try ValuesConnection("host=\(folder.path) user=postgres dbname=postgres")
            } catch {
                refusal = "\(error)"
                withUnsafePointer(to: pause) { _ = nanosleep($0, nil) }
            }
        }
        throw ValuesFailure("the server never let a connection in: \(refusal)")
    }
}

/// What the server said.
struct ValuesFailure: Error, CustomStringConvertible {
    let description: String
    var sqlState = ""

    init(_ description: String) { self.description = description }
}

/// A connection that waits for every answer.
final class ValuesConnection {
    private let handle: OpaquePointer

    init(_ parameters: String) throws {
        guard let handle = PQconnectdb(parameters) else { throw ValuesFailure("no memory") }
        self.handle = handle
        guard PQstatus(handle) == CONNECTION_OK else { throw failure(nil) }
        // Notices go nowhere.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
    }

    deinit { PQfinish(handle) }

    private func failure(_ result: OpaquePointer?) -> ValuesFailure {
        var failure = ValuesFailure(String(cString: PQerrorMessage(handle)))
        if let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))) {
            failure.sqlState = String(cString: state)
        }
        return failure
    }

    /// The rows of one statement with its parameters as text.
    @discardableResult
    func query(_ statement: String, _ parameters: [String?] = []) throws -> [[String?]] {
        let copies = parameters.map { $0.map { strdup($0) } }
        defer { for copy in copies { free(copy ?? nil) } }
        let values = copies.map { $0.flatMap { UnsafePointer($0) } }
        let result = PQexecParams(handle, statement, Int32(parameters.count), nil, values, nil, nil, 0)
        defer { PQclear(result) }
        guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) else { throw failure(result) }
        return (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { field in
                PQgetisnull(result, row, field) == 1 ? nil : String(cString: PQgetvalue(result, row, field))
            }
        }
    }

    /// Several statements.
    func run(_ statements: String) throws {
        let result = PQexec(handle, statements)
        defer { PQclear(result) }
        guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) else { throw failure(result) }
    }

    /// The tuples of binary COPY, without header and trailer.
    func copy(_ select: String) throws -> [[UInt8]] {
        let result = PQexec(handle, "COPY (\(select)) TO STDOUT (FORMAT binary)")
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COPY_OUT else { throw failure(result) }
        var bytes: [UInt8] = []
        while true {
            var buffer: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(handle, &buffer, 0)
            guard count > 0, let buffer else { break }
            bytes.append(contentsOf: UnsafeRawBufferPointer(start: buffer, count: Int(count)))
            PQfreemem(buffer)
        }
        while let end = PQgetResult(handle) {
            defer { PQclear(end) }
            guard PQresultStatus(end) == PGRES_COMMAND_OK else { throw failure(end) }
        }
        return Self.tuples(bytes)
    }

    private static func tuples(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.withUnsafeBytes { view in
            func int32(_ place: Int) -> Int {
                Int(Int32(bigEndian: view.loadUnaligned(fromByteOffset: place, as: Int32.self)))
            }
            var tuples: [[UInt8]] = []
            var place = 19 + int32(15)
            while true {
                let start = place
                let fields = Int16(bigEndian: view.loadUnaligned(fromByteOffset: place, as: Int16.self))
                if fields == -1 { return tuples }
                place += 2
                for _ in 0..<fields { place += 4 + max(0, int32(place)) }
                tuples.append(Array(bytes[start..<place]))
            }
        }
    }
}
