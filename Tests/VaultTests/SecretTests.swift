import Domain
import FoundationEssentials
import Testing

@Suite("Secret")
struct SecretTests {
    private struct Holder: Encodable {
        let name = "n"
        let password = Secret("hunter2")
        let nested = ["deep": Secret(["hunter2"])]
    }

    @Test("prints, dumps, mirrors and encodes without its value, also inside other values")
    func redacted() throws {
        let holder = Holder()
        var texts = [
            "\(holder)", "\(holder.password)", String(describing: holder.password), String(reflecting: holder),
            holder.password.debugDescription, "\([holder.password])", "\(Optional(holder.password) as Any)",
            String(decoding: try JSONEncoder().encode(holder), as: UTF8.self),
        ]
        var dumped = ""
        dump(holder, to: &dumped)
        dump(holder.password, to: &dumped)
        texts.append(dumped)
        for text in texts {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("[redacted]"))
        }
        #expect(Mirror(reflecting: holder.password).children.isEmpty)
        #expect(Mirror(reflecting: holder.password).superclassMirror == nil)
        #expect(holder.password.withExposed { $0 } == "hunter2")
    }
}
