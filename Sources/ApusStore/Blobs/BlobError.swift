/// Why a blob could not be written or read.
package enum BlobError: Error, Equatable, Sendable {
    /// Free disk space is under the floor. Nothing was kept.
    case full
    /// Too many reads and writes of blobs wait. Trying again later may succeed.
    case overloaded
    /// There is no such blob: what named it has changed since; look again.
    case missing(BlobID)
    /// What is on disk is not what was written.
    case damaged(BlobID, reason: String)
    /// The disk refused.
    case failed(reason: String)
    /// The store refused. Nothing was kept.
    case store(StoreError)
}
