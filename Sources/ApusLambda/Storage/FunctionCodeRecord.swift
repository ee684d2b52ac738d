internal import ApusBase
internal import ApusStore

/// Where a package lies, a function's or a layer's.
package struct FunctionCodeRecord: Equatable, Sendable {
    /// The 16 bytes of the blob's id.
    package var blob: [UInt8]
    /// Bytes of the package.
    package var size: Int
    /// SHA-256 of the package.
    package var sha256: [UInt8]
    /// Bytes of its files; 0 in records of releases that did not note it.
    package var unzippedBytes: Int

    package init(blob: [UInt8], size: Int, sha256: [UInt8], unzippedBytes: Int = 0) {
        self.blob = blob
        self.size = size
        self.sha256 = sha256
        self.unzippedBytes = unzippedBytes
    }

    package init(_ package: KeptPackage) {
        self.init(
            blob: package.blob.id.bytes, size: package.blob.length, sha256: package.blob.sha256,
            unzippedBytes: package.unzippedBytes)
    }

    func encode(into writer: inout RecordWriter) {
        writer.blob(self.blob)
        writer.int(self.size)
        writer.blob(self.sha256)
        writer.int(self.unzippedBytes)
    }

    init(from reader: inout RecordReader, hasUnzippedBytes: Bool = true) throws(RecordError) {
        self.blob = try reader.readBlob()
        self.size = Int(try reader.readInt())
        self.sha256 = try reader.readBlob()
        self.unzippedBytes = hasUnzippedBytes ? Int(try reader.readInt()) : 0
    }
}
