internal import CRocksDB

/// The options of the database and of each column family, as C objects, with the block cache that they share.
///
/// Options are copied by each open; the cache outlives a reopening.
final class RocksTuning: @unchecked Sendable {
    // SAFETY: the pointers do not change, and after init the objects are only read (the cache has its own locks).
    let database: OpaquePointer
    let families: [OpaquePointer]
    let cache: OpaquePointer

    init(_ configuration: RocksConfiguration) {
        self.cache = rocksdb_cache_create_lru(configuration.cacheBytes)
        self.database = Self.databaseOptions(configuration)
        let base = self.database
        let cache = self.cache
        self.families = ColumnFamily.allCases.map { Self.familyOptions($0, configuration, base: base, cache: cache) }
    }

    deinit {
        for family in self.families { rocksdb_options_destroy(family) }
        rocksdb_options_destroy(self.database)
        rocksdb_cache_destroy(self.cache)
    }

    private static func databaseOptions(_ configuration: RocksConfiguration) -> OpaquePointer {
        let options: OpaquePointer = rocksdb_options_create()
        rocksdb_options_set_create_if_missing(options, 1)
        rocksdb_options_set_create_missing_column_families(options, 1)

        // A full disk under the info log aborts the process (Debian's build has its assertions on): no line is ever written.
        rocksdb_options_set_info_log_level(options, 4)
        rocksdb_options_set_keep_log_file_num(options, 1)
        rocksdb_options_set_stats_dump_period_sec(options, 0)
        rocksdb_options_set_stats_persist_period_sec(options, 0)

        // One thread writes: none of the machinery for many writers.
        rocksdb_options_set_allow_concurrent_memtable_write(options, 0)
        rocksdb_options_set_enable_write_thread_adaptive_yield(options, 0)
        rocksdb_options_set_max_background_jobs(options, Int32(configuration.backgroundJobs))

        // Every commit is synced, so only the log's tail can be torn, by a commit that nobody was told of. A damaged record
        // before the tail is an error, not a reason to forget what follows it (as "point in time" would).
        rocksdb_options_set_wal_recovery_mode(options, Int32(rocksdb_tolerate_corrupted_tail_records_recovery))
        rocksdb_options_set_max_total_wal_size(options, UInt64(configuration.logBytes))
        rocksdb_options_set_bytes_per_sync(options, 1 << 20)
        rocksdb_options_set_max_manifest_file_size(options, 8 << 20)
        rocksdb_options_set_manifest_preallocation_size(options, 64 << 10)

        rocksdb_options_set_max_open_files(options, -1)
        rocksdb_options_set_max_file_opening_threads(options, 2)
        rocksdb_options_set_skip_stats_update_on_db_open(options, 1)
        // Files that an iterator held last are deleted by a background thread, not by the reader.
        rocksdb_options_set_avoid_unnecessary_blocking_io(options, 1)
        return options
    }

    private static func familyOptions(
        _ family: ColumnFamily, _ configuration: RocksConfiguration, base: OpaquePointer, cache: OpaquePointer
    ) -> OpaquePointer {
        let options: OpaquePointer = rocksdb_options_create_copy(base)
        let memtable = configuration.memtableBytes(of: family)
        rocksdb_options_set_write_buffer_size(options, memtable)
        rocksdb_options_set_max_write_buffer_number(options, 2)
        rocksdb_options_set_level_compaction_dynamic_level_bytes(options, 1)
        rocksdb_options_set_max_bytes_for_level_base(options, UInt64(4 * memtable))
        rocksdb_options_set_target_file_size_base(options, UInt64(max(memtable, 2 << 20)))
        if family != .history {
            // A get of a key that is not in the memtable is told so without a walk through its skip list.
            rocksdb_options_set_memtable_prefix_bloom_size_ratio(options, 0.04)
            rocksdb_options_set_memtable_whole_key_filtering(options, 1)
        }
        if family == .flow { Self.setMergesBySize(of: options) }
        Self.setCompression(of: options, configuration.compression)
        Self.setTable(of: options, family, cache: cache)
        return family == .flow || family == .history ? Self.hinted(options) : options
    }

    /// `options`, with which a memtable remembers for each prefix of keys where the last key went: what is appended to a queue,
    /// one message after the other, finds its place in a few comparisons instead of some thirty. RocksDB's C API has no function
    /// for it; the text form sets it, and a RocksDB that does not know it goes on without.
    private static func hinted(_ options: OpaquePointer) -> OpaquePointer {
        let hinted: OpaquePointer = rocksdb_options_create()
        var failure: UnsafeMutablePointer<CChar>?
        rocksdb_get_options_from_string(
            options, "memtable_insert_with_hint_prefix_extractor=capped:\(Self.hintBytes)", hinted, &failure)
        let unused = RocksError(taking: failure) == nil ? options : hinted
        rocksdb_options_destroy(unused)
        return unused == options ? hinted : options
    }

    /// A tag, the number of a queue, and seven bytes more. Messages then lie behind one hint for 256 of them, and what lies in no
    /// order, groups and ids, behind one for each group or each few characters of an id: a key whose hint is far away costs more
    /// comparisons than one without. A hint takes 232 bytes of the memtable.
    private static let hintBytes = 17

    /// Files are merged with files of their size, so that what lies in a queue is rewritten as often as its size has
    /// doubled. By levels each flush would rewrite everything: it has a key of every queue, so its file overlaps all files
    /// of the level below. Dead keys stay until a merge finds them; walks begin at heads and do not meet them.
    private static func setMergesBySize(of options: OpaquePointer) {
        rocksdb_options_set_compaction_style(options, Int32(rocksdb_universal_compaction))
        rocksdb_options_set_level0_file_num_compaction_trigger(options, Self.mergedAtOnce)
        let universal: OpaquePointer = rocksdb_universal_compaction_options_create()
        defer { rocksdb_universal_compaction_options_destroy(universal) }
        rocksdb_universal_compaction_options_set_size_ratio(universal, 25)
        rocksdb_universal_compaction_options_set_min_merge_width(universal, Self.mergedAtOnce)
        rocksdb_universal_compaction_options_set_max_size_amplification_percent(universal, 200)
        rocksdb_options_set_universal_compaction_options(options, universal)
    }

    /// Of a backlog each byte is rewritten once whenever it has grown so many times, and a walk looks into as many files.
    private static let mergedAtOnce: Int32 = 8

    /// Nothing in the levels that are rewritten soon, LZ4 below.
    private static func setCompression(of options: OpaquePointer, _ compression: RocksConfiguration.Compression) {
        let older = compression == .lz4 ? rocksdb_lz4_compression : rocksdb_no_compression
        var levels = [Int32](repeating: Int32(older), count: 7)
        levels[0] = Int32(rocksdb_no_compression)
        levels[1] = Int32(rocksdb_no_compression)
        rocksdb_options_set_compression(options, Int32(older))
        rocksdb_options_set_compression_per_level(options, &levels, levels.count)
        rocksdb_options_set_bottommost_compression(options, Int32(older))
    }

    /// Indexes and filters lie in the cache, so that memory grows with what is used and not with what is stored.
    private static func setTable(of options: OpaquePointer, _ family: ColumnFamily, cache: OpaquePointer) {
        let table: OpaquePointer = rocksdb_block_based_options_create()
        defer { rocksdb_block_based_options_destroy(table) }
        rocksdb_block_based_options_set_block_cache(table, cache)
        rocksdb_block_based_options_set_format_version(table, 5)
        // What is looked up by key lies in small blocks, with a hash table in each. What is taken in its order is read on in the
        // block anyway, and larger blocks without tables take a tenth off what it costs to write the files.
        let isTakenInOrder = family == .flow || family == .history
        rocksdb_block_based_options_set_block_size(table, isTakenInOrder ? 16 << 10 : 4 << 10)
        rocksdb_block_based_options_set_filter_policy(table, rocksdb_filterpolicy_create_bloom_full(10))
        rocksdb_block_based_options_set_whole_key_filtering(table, 1)
        // Whole where files are small enough that the cache can let go of one file's index: each look at one more block of
        // the cache costs 0.5 µs of a get's 4. Files that are merged by size grow, and an index larger than one of the
        // cache's shards would be read anew each time.
        if family == .flow {
            rocksdb_block_based_options_set_index_type(
                table, Int32(rocksdb_block_based_table_index_type_two_level_index_search))
            rocksdb_block_based_options_set_partition_filters(table, 1)
            rocksdb_block_based_options_set_pin_top_level_index_and_filter(table, 1)
        }
        rocksdb_block_based_options_set_cache_index_and_filter_blocks(table, 1)
        rocksdb_block_based_options_set_cache_index_and_filter_blocks_with_high_priority(table, 1)
        rocksdb_block_based_options_set_pin_l0_filter_and_index_blocks_in_cache(table, 1)
        if !isTakenInOrder {
            rocksdb_block_based_options_set_data_block_index_type(
                table, Int32(rocksdb_block_based_table_data_block_index_type_binary_search_and_hash))
            rocksdb_block_based_options_set_data_block_hash_ratio(table, 0.75)
        }
        rocksdb_options_set_block_based_table_factory(options, table)
    }
}
