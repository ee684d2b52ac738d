internal import ApusBase

/// The Java bootstrap, compiled: the jar that the binary carries.
package enum JavaArchive {
    /// Its name in the runtime directory.
    static let path = "java/apus.jar"

    /// The jar's bytes.
    static var bytes: [UInt8] {
        guard let bytes = Base64.decode(Self.base64) else { preconditionFailure("the embedded jar is not Base64") }
        return bytes
    }

    /// The name of what waits for a function in native code, compiled for this machine.
    static let nativePath = "java/waiting.so"

    /// Its bytes.
    static var nativeBytes: [UInt8] {
        #if arch(arm64)
            let text = Self.nativeARM
        #else
            let text = Self.nativeX86
        #endif
        guard let bytes = Base64.decode(text) else { preconditionFailure("the embedded library is not Base64") }
        return bytes
    }

    /// Whether it was compiled from these sources, names and contents in the order of the names.
    package static func isMade(from sources: [(name: String, content: [UInt8])]) -> Bool {
        var all: [UInt8] = []
        for source in sources { all += Array(source.name.utf8) + [0] + source.content + [0] }
        return Hex.encode(Array(Digest.sha256(all))) == Self.sourceDigest
    }
}
