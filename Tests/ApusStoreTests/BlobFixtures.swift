import ApusBase
import ApusStore
import Synchronization

/// What a callback brought.
final class Box<Value: Sendable>: Sendable {
    private let content = Mutex<Value?>(nil)
    var value: Value? { self.content.withLock { $0 } }
    func set(_ value: Value) { self.content.withLock { $0 = value } }
}

/// A store with blobs in a simulation; `crashed` is what the next start finds.
final class BlobBench {
    let clock: ManualClock
    let storage: MemoryStorage
    let disk: MemoryBlobDisk
    let driver: SimulationDriver
    let store: Store
    let blobs: BlobStore
    private let seed: UInt64

    init(
        seed: UInt64 = 1, storage: MemoryStorage = MemoryStorage(), disk: MemoryBlobDisk = MemoryBlobDisk(),
        clock: ManualClock = ManualClock(Timestamp(milliseconds: 1_767_225_600_000))
    ) {
        self.seed = seed
        self.clock = clock
        self.storage = storage
        self.disk = disk
        self.driver = SimulationDriver(clock: clock, entropy: SeededEntropy(seed: seed))
        self.store = Store(storage: storage, driver: self.driver, rerun: SeededEntropy(seed: seed &+ 1))
        self.blobs = BlobStore(store: self.store, disk: disk)
    }

    /// The server dies and starts again.
    func crashed() -> BlobBench {
        self.driver.crash()
        self.disk.crash(SeededEntropy(seed: self.seed &+ 2))
        self.storage.crash(SeededEntropy(seed: self.seed &+ 3))
        return BlobBench(seed: self.seed &+ 100, storage: self.storage, disk: self.disk, clock: self.clock)
    }

    // MARK: Calls that run until they are answered

    func write(_ content: [UInt8]) throws -> StoredBlob {
        let box = Box<Result<StoredBlob, BlobError>>()
        self.blobs.write(content) { box.set($0) }
        self.driver.settle()
        return try box.value!.get()
    }

    func read(_ id: BlobID) throws -> [UInt8] {
        let box = Box<Result<[UInt8], BlobError>>()
        self.blobs.read(id) { box.set($0) }
        self.driver.settle()
        return try box.value!.get()
    }

    func open(_ id: BlobID) throws -> BlobReader {
        let box = Box<Result<BlobReader, BlobError>>()
        self.blobs.open(id) { box.set($0) }
        self.driver.settle()
        return try box.value!.get()
    }

    func transact(_ body: @escaping @Sendable (inout Transaction) throws(StoreError) -> Void) throws {
        let box = Box<StoreError?>()
        let thrown = Box<StoreError?>()
        self.store.write { transaction in
            do throws(StoreError) {
                try body(&transaction)
                thrown.set(nil)
                return .commit
            } catch {
                thrown.set(error)
                return .rollback
            }
        } completion: {
            box.set($0)
        }
        self.driver.settle()
        if let failure = box.value! { throw failure }
        if let failure = thrown.value! { throw failure }
    }

    /// The keys of a tag as they are committed now, without their tags.
    func ids(_ tag: KeyTag) throws -> [[UInt8]] {
        try self.storage.view().pairs(key("", tag), key([UInt8](repeating: 0xFF, count: 17), tag)).map {
            Array($0.key[2...])
        }
    }
}

/// `count` bytes that do not repeat.
func noise(_ count: Int, seed: UInt64 = 7) -> [UInt8] {
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
}
