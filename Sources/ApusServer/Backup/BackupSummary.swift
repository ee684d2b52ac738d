internal import ApusStore

/// What a backup is, for people and for those who compare.
package struct BackupSummary: Sendable, Equatable, CustomStringConvertible {
    /// The release of Apus that wrote it.
    package var release: String
    /// When, in UTC.
    package var time: String
    /// The number of the last write that is in it.
    package var sequence: UInt64
    package var files: Int
    package var bytes: Int

    init(_ manifest: BackupManifest) {
        self.release = manifest.release
        self.time = manifest.time
        self.sequence = manifest.sequence
        self.files = manifest.files.count
        self.bytes = manifest.bytes
    }

    /// `12 files, 3.4 MiB, up to write 4711, of 2026-11-25T17:00:00Z by apus 0.1.0`
    package var description: String {
        let tenths = (self.bytes * 10 + (1 << 19)) >> 20
        return
            "\(self.files) files, \(tenths / 10).\(tenths % 10) MiB, up to write \(self.sequence), of \(self.time) by apus "
            + self.release
    }
}
