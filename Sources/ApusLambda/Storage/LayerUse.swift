internal import ApusBase

/// A layer's version as a function uses it. The package stays as long as a function names it, even when the version is deleted.
package struct LayerUse: Equatable, Sendable {
    /// The version's ARN.
    package var arn: String
    package var code: FunctionCodeRecord

    package init(arn: String, code: FunctionCodeRecord) {
        self.arn = arn
        self.code = code
    }

    func encode(into writer: inout RecordWriter) {
        writer.string(self.arn)
        self.code.encode(into: &writer)
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        self.arn = try reader.readString()
        self.code = try FunctionCodeRecord(from: &reader)
    }
}
