import Domain
import Glibc
import StoreAPI
import Synchronization
import TestSupport
import Testing

@testable import Vault

let keyText = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
let otherKeyText = "/////////////////////////////////////////w8="

func masterKeys(_ setting: String = "one:\(keyText)") throws -> MasterKeys {
    try MasterKeys(setting: Secret(setting))
}

func tenant(_ name: String) throws -> TenantID { try #require(TenantID(name)) }

func source(_ number: UInt8 = 1) -> DataSourceID { DataSourceID(ULID(bits: UInt128(number))) }

/// Bytes that count up from 1: for golden values.
func countingBytes() -> RandomBytes {
    let last = Mutex<UInt8>(0)
    return RandomBytes { count in
        last.withLock { last in
            (0..<count).map { _ in
                last &+= 1
                return last
            }
        }
    }
}

/// The code of the error that `body` throws; nil when it throws none of ours.
func code<Value>(_ body: () throws -> Value) -> String? {
    do {
        _ = try body()
        return nil
    } catch { return (error as? AppError)?.code }
}

func code<Value>(_ body: () async throws -> Value) async -> String? {
    do {
        _ = try await body()
        return nil
    } catch { return (error as? AppError)?.code }
}

/// A folder that `body` has to itself and that is gone afterwards.
func withFolder(_ body: (String) throws -> Void) throws {
    let folder = try TemporaryFolder()
    try withExtendedLifetime(folder) { try body(folder.path) }
}

func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}

func write(_ text: String, to path: String, mode: mode_t = 0o600) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    try #require(descriptor >= 0)
    let bytes = Array(text.utf8)
    #expect(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    fchmod(descriptor, mode)
    close(descriptor)
}

func mode(of path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
}
