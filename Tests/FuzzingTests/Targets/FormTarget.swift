import ApusBase
import ApusWire

/// Forms: the fields that are read are the same when they were written and read again.
enum FormTarget {
    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        _ = try? QueryForm(bytes)
        guard let fields = try? FormReader.fields(of: bytes) else { return }
        let written = fields.map { PercentEncoding.encode($0.name) + "=" + PercentEncoding.encode($0.value) }
            .joined(separator: "&")
        let again = try? FormReader.fields(of: Array(written.utf8))
        try FuzzFailure.unless(
            again.map(Self.bytes) == Self.bytes(fields), "what was written reads differently: \(written)")
    }

    private static func bytes(_ fields: [FormReader.Field]) -> [[UInt8]] {
        fields.flatMap { [Array($0.name.utf8), Array($0.value.utf8)] }
    }
}
