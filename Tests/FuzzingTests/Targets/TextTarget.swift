import ApusBase

/// Base64, hexadecimal and percent encoding: what is decoded encodes to what decodes to the same, and bytes come back.
enum TextTarget {
    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        try FuzzFailure.unless(Base64.decode(Base64.encode(bytes)) == bytes, "Base64 does not give the bytes back")
        try FuzzFailure.unless(Hex.decode(Hex.encode(bytes)) == bytes, "hexadecimal digits do not give the bytes back")
        if let decoded = Base64.decode(utf8: bytes) {
            try FuzzFailure.unless(Base64.decode(Base64.encode(decoded)) == decoded, "Base64 is read differently")
        }
        if let decoded = Hex.decode(utf8: bytes) {
            try FuzzFailure.unless(Hex.encode(decoded).utf8.elementsEqual(bytes.map(Self.lowercased)), "digits differ")
        }
        for plus in [PercentEncoding.Plus.literal, .space] {
            guard let decoded = PercentEncoding.decode(bytes: bytes, plus: plus) else { continue }
            var encoded: [UInt8] = []
            PercentEncoding.append(decoded, slash: .encoded, to: &encoded)
            try FuzzFailure.unless(
                PercentEncoding.decode(bytes: encoded, plus: plus) == decoded, "escapes are read differently")
        }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
