import Glibc

@main
enum Main {
    static func main() async {
        exit(await TributaryCommand.run(Array(CommandLine.arguments.dropFirst())))
    }
}
