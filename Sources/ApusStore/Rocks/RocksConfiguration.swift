/// How much of the machine a `RocksStorage` may use. The defaults suit a laptop and a small server.
package struct RocksConfiguration: Sendable {
    /// How the blocks of older levels are stored.
    package enum Compression: Sendable { case none, lz4 }

    /// Bytes of blocks, indexes and filters kept in memory; filled as they are read.
    package var cacheBytes = 32 << 20
    /// Bytes of all memtables together when every one is full: half for `flow`, a quarter for `items`, an eighth each for the
    /// other families. The ballast file is as large. A memtable is flushed at half of its family's part.
    package var memtableBytes = 64 << 20
    /// Bytes of log after which the oldest memtable is flushed, so that a start after a crash replays no more.
    package var logBytes = 64 << 20
    /// Bytes of free disk space under which commits are refused with `StoreError.full`; nil takes `memtableBytes` and
    /// 16 MiB for manifests and the log's preallocation.
    package var freeSpaceFloorBytes: Int64?
    /// Threads that flush and compact.
    package var backgroundJobs = 2
    package var compression = Compression.lz4

    package init() {}

    var floorBytes: Int64 { self.freeSpaceFloorBytes ?? Int64(self.memtableBytes) + (16 << 20) }

    /// The size at which one memtable of the family is flushed; there are at most two of each.
    func memtableBytes(of family: ColumnFamily) -> Int {
        switch family {
        // What is sent, received and deleted before the flush never becomes part of a file.
        case .flow: self.memtableBytes / 4
        case .items: self.memtableBytes / 8
        case .records, .history: self.memtableBytes / 16
        }
    }
}
