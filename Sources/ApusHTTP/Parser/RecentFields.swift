internal import ApusBase

/// Field lines that came lately on one event loop, as they were read: a client says most of its header again in each request.
///
/// What a line says depends on nothing but its bytes, so that whoever sent it first does not matter. Each line has one place,
/// which the last one that belongs there has. Used on its loop only.
final class RecentFields {
    private struct Entry {
        let line: [UInt8]
        let field: FieldLine
    }
    private var entries = [Entry?](repeating: nil, count: RecentFields.places)
    /// A power of two.
    private static let places = 128
    private static let longest = 320

    /// What `line` says.
    func field(_ line: UnsafeRawBufferPointer) throws(Refusal) -> FieldLine {
        guard Self.isRepeated(line) else { return try FieldLine(line) }
        let place = Self.place(of: line)
        if let entry = self.entries[place], entry.line.withUnsafeBytes({ Bytes.areEqual($0, line) }) {
            return entry.field
        }
        let field = try FieldLine(line)
        self.entries[place] = Entry(line: Array(line), field: field)
        return field
    }

    /// Whether a line may come again: not one with a signature, a token, the hash of a body or the id of an attempt. Those are
    /// long, and their names begin with `a` (`Authorization`, `amz-sdk-invocation-id`) or `x` (`x-amz-…`).
    private static func isRepeated(_ line: UnsafeRawBufferPointer) -> Bool {
        guard line.count >= 8 else { return false }
        switch line[0] | 0x20 {
        case UInt8(ascii: "a"): return line.count <= 48
        case UInt8(ascii: "x"): return line.count <= 64
        default: return line.count <= Self.longest
        }
    }

    /// Length, both ends and the middle tell a client's lines apart.
    private static func place(of line: UnsafeRawBufferPointer) -> Int {
        let middle = line.loadUnaligned(fromByteOffset: (line.count - 8) / 2, as: UInt64.self)
        let last = line.loadUnaligned(fromByteOffset: line.count - 8, as: UInt64.self)
        let mixed = (line.loadUnaligned(as: UInt64.self) ^ UInt64(line.count)) &* 0x9e37_79b9_7f4a_7c15
        let hash = (mixed ^ middle ^ (last << 17 | last >> 47)) &* 0x9e37_79b9_7f4a_7c15
        return Int(truncatingIfNeeded: hash >> 32) & (Self.places - 1)
    }
}
