import Bootstrap
import Glibc

@main
enum Main {
    static func main() async {
        Tributary.prepareProcess()
        exit(await TributaryCommand.run(Array(CommandLine.arguments.dropFirst())))
    }
}
