package import ApusStore

/// A package that has been checked, kept and unpacked, and that no transaction has adopted yet.
package struct KeptPackage: Sendable {
    package var blob: StoredBlob
    /// Bytes of its files.
    package var unzippedBytes: Int

    package init(blob: StoredBlob, unzippedBytes: Int) {
        self.blob = blob
        self.unzippedBytes = unzippedBytes
    }
}
