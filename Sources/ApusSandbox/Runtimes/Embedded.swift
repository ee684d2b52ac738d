internal import ApusBase

/// What the binary carries compiled, in Base64, since whoever builds Apus may lack the compilers: `script/embed-runtimes`.
enum Embedded {
    static func bytes(_ base64: String) -> [UInt8] {
        guard let bytes = Base64.decode(base64) else { preconditionFailure("what is embedded is not Base64") }
        return bytes
    }

    /// Machine code: that for the processor this was built for.
    static func bytes(x86: String, arm: String) -> [UInt8] {
        #if arch(arm64)
            Self.bytes(arm)
        #else
            Self.bytes(x86)
        #endif
    }

    /// The digest of sources, names and contents in the order of the names.
    static func digest(of sources: [(name: String, content: [UInt8])]) -> String {
        var all: [UInt8] = []
        for source in sources { all += Array(source.name.utf8) + [0] + source.content + [0] }
        return Hex.encode(Array(Digest.sha256(all)))
    }
}
