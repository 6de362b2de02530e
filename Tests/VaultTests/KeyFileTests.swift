import Domain
import Glibc
import Testing

@testable import Vault

@Suite("Key file")
struct KeyFileTests {
    @Test("is made at first start for its owner only, and read at the next")
    func firstStart() throws {
        try withFolder { folder in
            let file = KeyFile(path: "\(folder)/keys")
            let made = try file.loadOrCreate(masterKeyInUse: nil)
            #expect(mode(of: file.path) == 0o600)
            #expect(names(in: folder) == ["keys"])
            #expect(made.ids.count == 1)
            #expect(try file.loadOrCreate(masterKeyInUse: made.ids.first).ids == made.ids)
        }
    }

    @Test("is no other file's twin: two have different ids")
    func ids() throws {
        try withFolder { folder in
            let one = try KeyFile(path: "\(folder)/one").loadOrCreate(masterKeyInUse: nil)
            let other = try KeyFile(path: "\(folder)/other").loadOrCreate(masterKeyInUse: nil)
            #expect(one.ids != other.ids)
        }
    }

    @Test("isn't made anew when the database has keys already")
    func lost() throws {
        try withFolder { folder in
            let file = KeyFile(path: "\(folder)/keys")
            #expect {
                try file.loadOrCreate(masterKeyInUse: "file-1a2b")
            } throws: {
                ($0 as? AppError)?.code == "keys.master_key_unknown"
                    && ($0 as? AppError)?.message.contains("file-1a2b") == true
            }
            #expect(names(in: folder).isEmpty)
        }
    }

    @Test("is refused when anyone else has any right to it", arguments: [0o640, 0o604, 0o620, 0o601, 0o644, 0o660])
    func permissions(mode: Int) throws {
        try withFolder { folder in
            try write("one:\(keyText)\n", to: "\(folder)/keys", mode: mode_t(mode))
            #expect(code { try KeyFile(path: "\(folder)/keys").load() } == "keys.file_permissions")
        }
    }

    @Test("may be read-only for its owner")
    func readOnly() throws {
        try withFolder { folder in
            try write("# mine\n\n  one:\(keyText)\r\ntwo:\(otherKeyText)", to: "\(folder)/keys", mode: 0o400)
            #expect(try KeyFile(path: "\(folder)/keys").load()?.ids == ["one", "two"])
        }
    }

    @Test("is refused when it belongs to another user", .enabled(if: geteuid() == 0, "only root can give files away"))
    func owner() throws {
        try withFolder { folder in
            try write("one:\(keyText)\n", to: "\(folder)/keys")
            #expect(chown("\(folder)/keys", 65_534, 65_534) == 0)
            #expect(code { try KeyFile(path: "\(folder)/keys").load() } == "keys.file_permissions")
        }
    }

    @Test("is refused as a symbolic link and as a folder")
    func links() throws {
        try withFolder { folder in
            try write("one:\(keyText)\n", to: "\(folder)/real")
            #expect(symlink("\(folder)/real", "\(folder)/keys") == 0)
            #expect(code { try KeyFile(path: "\(folder)/keys").load() } == "keys.file_permissions")
            #expect(code { try KeyFile(path: folder).load() } == "keys.file_permissions")
        }
    }

    @Test(
        "is refused when it is cut, empty, too long or something else",
        arguments: ["", "# nothing\n", "one:AAECAwQF", "one:\(keyText)\none:\(otherKeyText)", "\u{0}\u{1}"])
    func malformed(content: String) throws {
        try withFolder { folder in
            try write(content, to: "\(folder)/keys")
            #expect(code { try KeyFile(path: "\(folder)/keys").load() } == "keys.file_malformed")
            try write(String(repeating: "#", count: 70_000), to: "\(folder)/keys")
            #expect(code { try KeyFile(path: "\(folder)/keys").load() } == "keys.file_malformed")
        }
    }

    @Test("says so when the folder isn't there")
    func noFolder() throws {
        try withFolder { folder in
            let file = KeyFile(path: "\(folder)/none/keys")
            #expect(code { try file.loadOrCreate(masterKeyInUse: nil) } == "keys.file_unreadable")
        }
    }
}
