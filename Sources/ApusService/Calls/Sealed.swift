package import ApusBase

/// A field of a record that is encrypted with the server's key, so that neither a copied data directory without its key nor a
/// log shows it. Made and opened by `Call`.
package struct Sealed: Hashable, Sendable, CustomStringConvertible {
    package var ciphertext: [UInt8]

    package init(ciphertext: [UInt8]) { self.ciphertext = ciphertext }

    package var description: String { "<sealed>" }

    package func encode(into writer: inout RecordWriter) { writer.blob(self.ciphertext) }

    package init(from reader: inout RecordReader) throws(RecordError) { self.ciphertext = try reader.readBlob() }
}
