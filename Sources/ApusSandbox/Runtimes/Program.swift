internal import CApusSandbox
internal import Glibc

/// Runs a program to its end.
enum Program {
    /// Its exit status and the first 4 KiB of what it printed; nil when it could not be started. Blocks.
    static func run(_ arguments: [String], milliseconds: Int32) -> (status: Int32, output: String)? {
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        var length = 0
        var status: Int32 = 0
        let output = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            status = buffer.withMemoryRebound(to: CChar.self) { text in
                apus_run(&pointers, text.baseAddress, text.count, &length, milliseconds)
            }
            count = length
        }
        return status < 0 ? nil : (status, String(decoding: output, as: UTF8.self))
    }
}
