internal import CRocksDB

/// Walks a range of a column family.
enum RocksScan {
    typealias Body = (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool

    /// Calls `body` for the keys in `start ..< end` until it answers false. The caller has entered `database`.
    ///
    /// Both bounds are always set: without them an iterator walks on through tombstones and other tags' keys.
    ///
    /// - Parameter skipLimit: deleted keys in a row after which the walk gives up with an error; 0: none.
    static func run(
        _ database: RocksDatabase, family: ColumnFamily, snapshot: OpaquePointer?, start: [UInt8], end: [UInt8],
        direction: ScanDirection, skipLimit: UInt64 = 0, _ body: Body
    ) -> RocksError? {
        let options = rocksdb_readoptions_create()
        defer { rocksdb_readoptions_destroy(options) }
        if let snapshot { rocksdb_readoptions_set_snapshot(options, snapshot) }
        if skipLimit > 0 { rocksdb_readoptions_set_max_skippable_internal_keys(options, skipLimit) }
        return start.withUnsafeBytes { startBytes in
            end.withUnsafeBytes { endBytes in
                let low = startBytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                let high = endBytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                rocksdb_readoptions_set_iterate_lower_bound(options, low, startBytes.count)
                rocksdb_readoptions_set_iterate_upper_bound(options, high, endBytes.count)
                let iterator = rocksdb_create_iterator_cf(database.pointer, options, database.handle(family))
                defer { rocksdb_iter_destroy(iterator) }
                switch direction {
                case .forward: rocksdb_iter_seek(iterator, low, startBytes.count)
                case .backward: rocksdb_iter_seek_to_last(iterator)
                }
                while rocksdb_iter_valid(iterator) != 0 {
                    var keyCount = 0
                    var valueCount = 0
                    let key = rocksdb_iter_key(iterator, &keyCount)
                    let value = rocksdb_iter_value(iterator, &valueCount)
                    let goesOn = body(
                        UnsafeRawBufferPointer(start: key, count: keyCount),
                        UnsafeRawBufferPointer(start: value, count: valueCount))
                    if !goesOn { return nil }
                    switch direction {
                    case .forward: rocksdb_iter_next(iterator)
                    case .backward: rocksdb_iter_prev(iterator)
                    }
                }
                var failure: UnsafeMutablePointer<CChar>?
                rocksdb_iter_get_error(iterator, &failure)
                return RocksError(taking: failure)
            }
        }
    }
}
