import Glibc

// libFuzzer around one target: `fuzzer TARGET [options of libFuzzer] [folders]`. Built by `script/fuzz` alone.

@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The runtime's own `main` names it; it is reached by neither.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt { 0 }

guard CommandLine.arguments.count > 1, let target = FuzzTarget(rawValue: CommandLine.arguments[1]) else {
    print(FuzzTarget.allCases.map(\.rawValue).joined(separator: "\n"))
    exit(CommandLine.arguments.count > 1 ? 2 : 0)
}
/// The callback is a function of C, which captures nothing.
let chosen = target

// What remains for libFuzzer: its name, and all that follows the target's.
var arguments = CommandLine.unsafeArgv
arguments[1] = arguments[0]
arguments += 1
var count = CommandLine.argc - 1
exit(
    runDriver(&count, &arguments) { bytes, count in
        do throws(FuzzFailure) {
            try chosen.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
        } catch {
            fatalError(error.description)
        }
        return 0
    })
