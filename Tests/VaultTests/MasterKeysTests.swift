import Domain
import Testing

@testable import Vault

@Suite("Master keys")
struct MasterKeysTests {
    @Test("keeps the order: the first is active")
    func order() throws {
        #expect(try masterKeys("new:\(keyText),old.1_-:\(otherKeyText)").ids == ["new", "old.1_-"])
    }

    @Test(
        "refuses what isn't of the form, and never echoes it",
        arguments: [
            "", ",", keyText, ":\(keyText)", "a b:\(keyText)", "é:\(keyText)", "one:", "one:\(keyText),",
            "one:\(keyText) x", "one:\(keyText.dropLast())", "one:AAECAwQFBgcICQoLDA0ODw==",
            "one:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=", "one:\(keyText),one:\(otherKeyText)",
            "one:____________________________________________w8=", String(repeating: "i", count: 65) + ":\(keyText)",
            (1...65).map { "k\($0):\(keyText)" }.joined(separator: ","),
        ])
    func malformed(setting: String) {
        #expect {
            try masterKeys(setting)
        } throws: { error in
            guard let error = error as? AppError else { return false }
            return error.code == "keys.malformed" && !error.message.contains("AAECAw") && !error.message.contains("é")
        }
    }

    @Test("accepts white space around entries and ids of 64 characters")
    func edges() throws {
        let longest = String(repeating: "i", count: 64)
        #expect(try masterKeys(" one:\(keyText) , \(longest):\(otherKeyText)\n").ids == ["one", longest])
    }
}
