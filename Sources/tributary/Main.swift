#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@main
enum Main {
    static func main() async {
        exit(await TributaryCommand.run(Array(CommandLine.arguments.dropFirst())))
    }
}
