import Domain
import Egress
import TestSupport
import Testing

@Suite("Forbidden forms")
struct ForbiddenTests {
    @Test("are many, and each is there once")
    func lists() {
        let urls = ForbiddenForms.all.map(\.url)
        #expect(urls.count >= 112)
        // By their bytes: Swift takes texts for equal that aren't.
        #expect(Set(urls.map { Array($0.utf8) }).count == urls.count)
        #expect(ForbiddenDatabases.all.count >= 13)
        #expect(Set(ForbiddenDatabases.all.map(\.name)).count == ForbiddenDatabases.all.count)
        let hosts = Set(ForbiddenForms.answers.keys)
        #expect(hosts.allSatisfy { name in ForbiddenForms.answers[name]?.allSatisfy { IPAddress($0) != nil } == true })
    }

    @Test("of URLs are refused, those of the form without a look-up", arguments: ForbiddenForms.all)
    func url(form: ForbiddenForms.Form) {
        let recorder = RecordingResolver(ForbiddenForms.answers)
        let egress = EgressGuard(resolver: recorder.resolver)
        let error = appError { try egress.destination(of: form.url, for: .acme) }
        if form.isRefusedByForm {
            #expect(error?.code == "egress.url_invalid" || error?.code == "egress.host_invalid", "\(form.url)")
            #expect(recorder.asked.isEmpty, "\(form.url)")
        } else {
            #expect(error?.code == "egress.address_forbidden", "\(form.url)")
            #expect(recorder.asked.count <= 1)
        }
        #expect(error?.recovery == .fixConfig)
        #expect(error?.category == .source)
    }

    @Test(
        "of URLs are refused by their form by the unrestricted guard too",
        arguments: ForbiddenForms.all.filter(\.isRefusedByForm))
    func unrestricted(form: ForbiddenForms.Form) {
        #expect(appError { try EgressGuard.unrestricted.destination(of: form.url, for: .acme) } != nil)
    }

    @Test("of databases are refused, where it is the host that is wrong", arguments: ForbiddenDatabases.all)
    func database(config: ForbiddenDatabases.Config) throws {
        let recorder = RecordingResolver(ForbiddenDatabases.addresses)
        let egress = EgressGuard(resolver: recorder.resolver)
        let error = appError { try egress.addresses(of: config.host, port: 5432, for: .acme) }
        switch config.refusal {
        case .hostForm:
            #expect(error?.code == "egress.host_invalid")
            #expect(recorder.asked.isEmpty)
        case .address: #expect(error?.code == "egress.address_forbidden")
        case .config:
            #expect(error == nil)
            #expect(recorder.asked == [ForbiddenDatabases.publicHost])
        }
    }

    @Test(
        "don't come back in the error where they could be anything",
        arguments: [
            "postgres://reader:canary@db.example/shop", "db.example password=canary", "canary\u{0}", "canary\u{1B}[31m",
            String(repeating: "canary", count: 43), "cänary",
        ])
    func quoting(host: String) {
        let error = appError { try EgressGuard().addresses(of: host, port: 5432, for: .acme) }
        #expect(error?.code == "egress.host_invalid")
        #expect(error?.message.contains("nary") == false)
        let urlError = appError { try EgressGuard().destination(of: "https://x.example:canary/\(host)", for: .acme) }
        #expect(urlError?.code == "egress.url_invalid")
        #expect(urlError?.message.contains("nary") == false)
    }

    @Test(
        "come back in the error where they are a mistyped host", arguments: ["127.1", "db..example", "[::1", "0x7f.1"])
    func quotedHost(host: String) {
        let error = appError { try EgressGuard().addresses(of: host, port: 5432, for: .acme) }
        #expect(error?.message.contains(host) == true)
    }
}
