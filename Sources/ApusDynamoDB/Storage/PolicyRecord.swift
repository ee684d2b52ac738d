package import ApusBase

/// The policy of a table or of a stream.
package struct PolicyRecord: Equatable, Sendable {
    /// The JSON text as it came.
    package var text: String
    /// RevisionId: milliseconds, as a number that grows with each policy of the resource.
    package var revision: UInt64

    package init(text: String, revision: UInt64) {
        self.text = text
        self.revision = revision
    }

    /// The policy that takes the place of `old`, or `old` where its text is the same.
    package init(text: String, after old: PolicyRecord?, now: Timestamp) {
        let time = UInt64(clamping: now.milliseconds)
        let isSame = old?.text == text
        self.init(text: text, revision: old.map { isSame ? $0.revision : max(time, $0.revision + 1) } ?? time)
    }

    package var revisionID: String { String(self.revision) }

    func encode(into writer: inout RecordWriter) {
        writer.string(self.text)
        writer.uint(self.revision)
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        self.text = try reader.readString()
        self.revision = try reader.readUInt()
    }
}
