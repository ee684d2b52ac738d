import ApusBase

/// Gzip: no input unpacks to more than its limit, and what is packed unpacks to itself.
enum GzipTarget {
    private static let limit = 1 << 20

    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        try FuzzFailure.unless(
            Gzip.inflate(Gzip.compress(bytes), limit: bytes.count) == bytes, "packed and unpacked differ")
        guard let content = Gzip.inflate(bytes, limit: Self.limit) else { return }
        try FuzzFailure.unless(content.count <= Self.limit, "\(content.count) bytes unpacked")
        if !content.isEmpty {
            try FuzzFailure.unless(Gzip.inflate(bytes, limit: content.count - 1) == nil, "the limit does not hold")
        }
        try FuzzFailure.unless(Gzip.inflate(bytes, limit: content.count) == content, "the limit is a byte too low")
    }
}
