import ApusBase
import ApusStore
import Glibc

/// A directory that goes away with the test.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/apus-test-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no directory in /tmp")
        self.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? Files.removeTree(self.path) }
}

extension RocksConfiguration {
    /// Small memtables, so that tests see flushes and compactions.
    static var small: RocksConfiguration {
        var configuration = RocksConfiguration()
        configuration.cacheBytes = 4 << 20
        configuration.memtableBytes = 4 << 20
        configuration.logBytes = 4 << 20
        configuration.freeSpaceFloorBytes = 4 << 20
        return configuration
    }
}

/// The engines that every test of the storage protocol runs on.
enum Engine: CaseIterable, Sendable {
    case memory, rocks

    /// Runs `body` on an empty storage.
    func withStorage(_ body: (any Storage) throws -> Void) throws {
        switch self {
        case .memory:
            try body(MemoryStorage())
        case .rocks:
            let directory = TemporaryDirectory()
            let storage = try RocksStorage(directory: DataDirectory(path: directory.path), configuration: .small)
            defer { storage.close() }
            try body(storage)
            withExtendedLifetime(directory) {}
        }
    }
}

/// A key of the given tag: its two bytes, then `rest`.
func key(_ rest: [UInt8], _ tag: KeyTag = .workerProgress) -> [UInt8] {
    [UInt8(tag.rawValue >> 8), UInt8(tag.rawValue & 0xFF)] + rest
}

func key(_ rest: String, _ tag: KeyTag = .workerProgress) -> [UInt8] { key(Array(rest.utf8), tag) }

extension WriteBatch {
    init(_ writes: Write...) {
        self.init()
        for write in writes { self.append(write) }
    }
}

extension StorageView {
    /// The whole range as an array of pairs.
    func pairs(_ start: [UInt8], _ end: [UInt8], _ direction: ScanDirection = .forward, limit: Int = .max) throws
        -> [Pair]
    {
        var result: [Pair] = []
        try self.scan(start: start, end: end, direction: direction) { key, value in
            result.append(Pair(key: Array(key), value: Array(value)))
            return result.count < limit
        }
        return result
    }
}

struct Pair: Equatable {
    var key: [UInt8]
    var value: [UInt8]
}
