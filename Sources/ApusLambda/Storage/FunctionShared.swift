internal import ApusBase

/// What belongs to a function whatever its version.
package struct FunctionShared: Equatable, Sendable {
    /// The number of the version that was published last; 0: none was. Numbers are never used again.
    package var lastVersion: UInt64
    /// `ReservedConcurrentExecutions`; nil: none are reserved.
    package var reservedConcurrency: Int?
    /// Whether loops are let run (`RecursiveLoop: Allow`).
    package var allowsRecursion: Bool
    package var codeSigningARN: String?

    package init(
        lastVersion: UInt64 = 0, reservedConcurrency: Int? = nil, allowsRecursion: Bool = false,
        codeSigningARN: String? = nil
    ) {
        self.lastVersion = lastVersion
        self.reservedConcurrency = reservedConcurrency
        self.allowsRecursion = allowsRecursion
        self.codeSigningARN = codeSigningARN
    }

    func encode(into writer: inout RecordWriter) {
        writer.uint(self.lastVersion)
        writer.optional(self.reservedConcurrency) { $0.int($1) }
        writer.bool(self.allowsRecursion)
        writer.optional(self.codeSigningARN) { $0.string($1) }
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        self.lastVersion = try reader.readUInt()
        self.reservedConcurrency = try reader.readOptional { (reader) throws(RecordError) in Int(try reader.readInt()) }
        self.allowsRecursion = try reader.readBool()
        self.codeSigningARN = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
    }
}
