import CZlib
import ConnectorAPI
import Domain
import FoundationEssentials
import Glibc
import JSON
import TestSupport

@testable import FileConnector

/// A folder of files with a tenant's folder `t1` in it; gone when it goes out of use.
final class FilesFolder {
    private let folder: TemporaryFolder
    let tenant: String

    var root: String { folder.path }

    init() throws {
        folder = try TemporaryFolder()
        tenant = folder.path + "/t1"
        try FileManager.default.createDirectory(atPath: tenant, withIntermediateDirectories: true)
    }

    struct Failure: Error { var number: Int32 }

    func write(_ path: String, _ text: String) throws { try write(path, Array(text.utf8)) }

    func write(_ path: String, _ bytes: [UInt8]) throws {
        let whole = "\(tenant)/\(path)"
        if let slash = whole.lastIndex(of: "/") {
            try FileManager.default.createDirectory(
                atPath: String(whole[..<slash]), withIntermediateDirectories: true)
        }
        guard let file = fopen(whole, "w") else { throw Failure(number: errno) }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Failure(number: errno) }
    }

    func append(_ path: String, _ text: String) throws {
        guard let file = fopen("\(tenant)/\(path)", "a") else { throw Failure(number: errno) }
        defer { fclose(file) }
        fputs(text, file)
    }

    func link(_ path: String, to target: String) throws {
        guard symlink(target, "\(tenant)/\(path)") == 0 else { throw Failure(number: errno) }
    }

    func context(_ config: JSONObject, tenant: String = "t1") throws -> ConnectorContext {
        guard let tenant = TenantID(tenant) else { throw Failure(number: 0) }
        return ConnectorContext(tenant: tenant, config: config)
    }

    /// Reads the entities that are discovered, or those named, to the end or to the first failure.
    func read(
        _ config: JSONObject, entities: [String]? = nil, chunk: Int = 1 << 19
    ) async throws -> ReadResult {
        let connector = FileConnector(root: root, chunk: chunk)
        let context = try context(config)
        var result = ReadResult()
        do {
            let key = try FileConfig(config).primaryKey
            var names = entities ?? []
            if entities == nil { names = try await connector.discover(context).map(\.name) }
            let plan = ReadPlan(entities: names.map { .init(name: $0, mode: .full, primaryKey: key) })
            let reader = try await connector.read(plan, context)
            while let batch = try await reader.next() { result.add(batch) }
            await reader.close()
        } catch let error as AppError {
            result.error = error
        }
        return result
    }
}

/// What a read gave.
struct ReadResult {
    var bodies: [String] = []
    var keys: [[UInt8]] = []
    var entities: [String] = []
    var rejects: [Reject] = []
    var ends: [EntityEnd] = []
    var error: AppError?

    /// `reason@line`, where the line is known.
    var reasons: [String] {
        rejects.map { reject in
            guard reject.excerpt.hasPrefix("line "), let colon = reject.excerpt.firstIndex(of: ":") else {
                return reject.reason
            }
            return "\(reject.reason)@\(reject.excerpt[..<colon].dropFirst(5))"
        }
    }

    mutating func add(_ batch: RecordBatch) {
        for item in batch.items {
            bodies.append(String(decoding: batch.bytes[item.bodyRange], as: UTF8.self))
            keys.append(Array(batch.bytes[item.keyRange]))
            entities.append(batch.entity)
        }
        rejects += batch.rejects
        if let end = batch.end { ends.append(end) }
    }
}

/// One gzip member.
func gzipped(_ bytes: [UInt8]) throws -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard deflateInit2_(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK else {
        throw FilesFolder.Failure(number: 0)
    }
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 64)
    return input.withUnsafeMutableBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            deflate(&stream, Z_FINISH)
            return Array(output.prefix(Int(stream.total_out)))
        }
    }
}

/// A small generator of numbers from a seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
