/// The Java bootstrap, compiled: the jar that the binary carries.
package enum JavaArchive {
    /// Its name in the runtime directory.
    static let path = "java/apus.jar"

    /// The jar's bytes.
    static var bytes: [UInt8] { Embedded.bytes(Self.base64) }

    /// The name of what waits for a function in native code, compiled for this machine.
    static let nativePath = "java/waiting.so"

    /// Its bytes.
    static var nativeBytes: [UInt8] { Embedded.bytes(x86: Self.nativeX86, arm: Self.nativeARM) }

    /// Whether it was compiled from these sources, in the order of their names.
    package static func isMade(from sources: [(name: String, content: [UInt8])]) -> Bool {
        Embedded.digest(of: sources) == Self.sourceDigest
    }
}
