internal import ApusBase

#if canImport(Glibc)
    internal import Glibc
#endif

/// Answers a line of JSON for each line of JSON: what this server reads in a request, and what it would send.
@main
enum WireEcho {
    static func main() throws {
        var desk = try EchoDesk()
        while let line = readLine() {
            print(desk.answer(line).text)
            fflush(nil)
        }
    }
}
