/// What a process of Node.js that waits gives back its memory with, compiled: Runtimes/node/native/trim.c.
package enum NodeLibrary {
    /// Its name in the runtime directory.
    static let path = "node/trim.so"

    /// Its bytes, for this machine.
    static var bytes: [UInt8] { Embedded.bytes(x86: Self.nativeX86, arm: Self.nativeARM) }

    /// Whether it was compiled from these sources, in the order of their names.
    package static func isMade(from sources: [(name: String, content: [UInt8])]) -> Bool {
        Embedded.digest(of: sources) == Self.sourceDigest
    }
}
