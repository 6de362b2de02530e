import ArgumentParser
import Bootstrap
import JSON
import Testing

@testable import tributary

@Suite("Usage and exit codes")
struct UsageTests {
    @Test(
        "wrong usage exits with 2 and says what is wrong",
        arguments: [
            ["bogus"], ["datasources", "bogus"], ["serve", "--bogus"], ["serve", "--role", "king"],
            ["serve", "--master-keys", "k:x"], ["token", "--tenant", "t"], ["datasources", "list"],
            ["token", "--tenant", "t", "--sub", "s", "--ttl", "0s"], ["records", "ds_1"],
            ["token", "--tenant", "t u", "--sub", "s"], ["token", "--tenant", "t", "--sub", "s", "--app", ""],
            ["token", "--tenant", "t", "--sub", "s", "--scope", "records:read datasource:read"],
            ["changes", "ds_1", "--limit", "5001", "--token", "x"], ["datasources", "erase", "ds_1", "--token", "x"],
            ["datasources", "list", "--limit", "501", "--token", "x"],
            ["datasources", "create", "--name", "n", "--token", "x"],
            ["datasources", "create", "--name", "n", "--type", "file", "--config", "{", "--token", "x"],
            ["datasources", "create", "--name", "n", "--type", "file", "--config", "[]", "--token", "x"],
            ["datasources", "create", "--name", "n", "--type", "file", "--config", "@/nowhere", "--token", "x"],
            ["datasources", "create", "--name", "n", "--type", "file", "--secret", "password=plain", "--token", "x"],
            [
                "datasources", "create", "--name", "n", "--type", "f", "--config", "-", "--secret", "p=-", "--token",
                "x",
            ],
            ["datasources", "update", "ds_1", "--token", "x"],
            ["datasources", "update", "ds_1", "--secret", "p=env:NOT_SET", "--token", "x"],
            ["datasources", "sync", "ds_1", "--mode", "half", "--token", "x"], ["migrate", "--http-port", "x"],
            ["backup"], ["restore"], ["restore", "a", "--bogus"],
        ])
    func wrongUsage(arguments: [String]) async {
        let outcome = await Script().runWithoutServer(arguments)
        #expect(outcome.code == 2)
        #expect(outcome.errors.hasPrefix("error: "))
        #expect(outcome.output == "")
    }

    @Test("a wrong secret option doesn't give the value away")
    func plainSecret() async {
        let outcome = await Script().run(
            "datasources", "create", "--name", "n", "--type", "f", "--secret", "password", "--token", "canary")
        #expect(outcome.code == 2)
        #expect(!outcome.errors.contains("canary"))
    }

    @Test("the root's help lists every setting with its flag and default")
    func rootHelp() async {
        let outcome = await Script().run("--help")
        #expect(outcome.code == 0)
        for setting in Setting.all {
            #expect(outcome.output.contains(setting.variable))
            #expect(outcome.output.contains("[\(setting.defaultText)]"))
            if let flag = setting.flag { #expect(outcome.output.contains(" \(flag) ")) }
        }
    }

    @Test("every command's help has an example")
    func examples() {
        func check(_ command: any ParsableCommand.Type) {
            let configuration = command.configuration
            for subcommand in configuration.subcommands + configuration.groupedSubcommands.flatMap(\.subcommands) {
                check(subcommand)
            }
            guard configuration.subcommands.isEmpty, configuration.groupedSubcommands.isEmpty else { return }
            #expect(configuration.discussion.contains("Example"), "\(command)")
            #expect(
                configuration.discussion.contains("  tributary ") || configuration.discussion.contains("$(tributary"))
        }
        check(TributaryCommand.self)
    }

    @Test("the version is told")
    func version() async {
        let outcome = await Script().run("--version")
        #expect(outcome.code == 0)
        #expect(outcome.output == ProgramVersion.text + "\n")
    }

    @Test(
        "lifetimes have short and ISO forms",
        arguments: [
            ("90s", 90), ("30m", 1800), ("1h", 3600), ("7d", 604_800), ("PT8H", 28_800), ("365d", 31_536_000),
            ("0s", nil), ("366d", nil), ("h", nil), ("-1h", nil), ("1.5h", nil), ("10", nil), ("", nil),
        ] as [(String, Int?)])
    func lifetimes(text: String, seconds: Int?) { #expect(Lifetime(argument: text)?.seconds == seconds) }

    @Test("secrets go to their place in the config, nested ones too, without the file's last line break")
    func secrets() async throws {
        var surroundings = Surroundings.current
        surroundings.environment = ["P": "from-environment"]
        surroundings.input = { Array("from-input\n".utf8) }
        let config = try Surroundings.$current.withValue(surroundings) {
            var config: JSONObject = ["host": "h", "proxy": ["user": "u"]]
            for text in ["password=env:P", "proxy.password=-", "a.b.c=env:P"] {
                try #require(SecretOption(argument: text)).put(into: &config)
            }
            return config
        }
        #expect(
            config == [
                "host": "h", "proxy": ["user": "u", "password": "from-input"], "password": "from-environment",
                "a": ["b": ["c": "from-environment"]],
            ])
    }
}
