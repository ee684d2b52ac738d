internal import ApusBase
internal import Synchronization

/// Object bodies and packages, beside the store.
///
/// A blob is written in three acts: an intent is committed, the file is written and synced with its directory, and a
/// transaction of the caller's, the one that names the blob, adopts it (`Transaction.adopt`). A crash between any two leaves a
/// file that an intent tells of, which the collector removes. `Transaction.release` hands the file to the collector.
/// A blob has one owner: what several records name, one of them releases last.
package final class BlobStore: Sendable {
    private struct State {
        /// Counts resets; odd while one is under way. A write that began before one has lost its intent.
        var resets = 0
    }

    let store: Store
    let disk: any BlobDisk
    let session: UInt64
    private let jobs: BlobJobs
    private let state = Mutex(State())
    private let collector: BlobCollector
    /// The most bytes of one blob written at once.
    package static let writeLimit = 256 << 20

    package init(store: Store, disk: any BlobDisk) {
        self.store = store
        self.disk = disk
        self.session = store.driver.entropy.nextUInt64()
        self.jobs = BlobJobs(driver: store.driver)
        self.collector = BlobCollector(store: store, disk: disk, session: self.session)
        self.collector.start()
    }

    // MARK: Writing

    /// Writes a blob, durably; then it waits to be adopted. `completion` is called once, on any thread.
    ///
    /// A blob that is not adopted within an hour, or before the server ends, is removed; `discard` does so at once.
    package func write(_ content: [UInt8], completion: @escaping @Sendable (Result<StoredBlob, BlobError>) -> Void) {
        guard content.count <= Self.writeLimit else { return completion(.failure(.failed(reason: "too large"))) }
        let entropy = self.store.driver.entropy
        let id = BlobID(entropy)
        let resets = self.state.withLock { $0.resets }
        let intent = BlobIntent(at: self.store.driver.clock.now, session: self.session)
        self.store.write { transaction in
            do throws(StoreError) {
                try transaction.put(BlobIntentKey(id), intent)
                return .commit
            } catch {
                return .rollback
            }
        } completion: { failure in
            if let failure { return completion(.failure(failure == .full ? .full : .store(failure))) }
            let accepted = self.jobs.submit {
                let result = self.writeFile(id, content, resets: resets)
                if case .failure = result { self.discard(id) }
                completion(result)
            }
            guard !accepted else { return }
            self.discard(id)
            completion(.failure(.overloaded))
        }
    }

    /// The async form of `write`.
    package func write(_ content: [UInt8]) async throws(BlobError) -> StoredBlob {
        try await Self.answer { self.write(content, completion: $0) }
    }

    private func writeFile(_ id: BlobID, _ content: [UInt8], resets: Int) -> Result<StoredBlob, BlobError> {
        guard self.disk.admits(BlobFrame.fileCount(length: content.count)) else { return .failure(.full) }
        let blob = StoredBlob(id: id, length: content.count, sha256: Digest.sha256(content))
        do throws(FileError) {
            let file = try self.disk.create(id)
            try file.append(BlobFrame.header(id))
            for number in 0..<BlobFrame.chunks(length: content.count) {
                let start = number << BlobFrame.chunkShift
                let end = min(start + BlobFrame.chunkCount, content.count)
                try file.append(BlobFrame.chunk(number, content[start..<end]))
            }
            try file.append(BlobFrame.trailer(blob))
            try file.synchronize()
            try self.disk.synchronizeNames(of: [id])
        } catch {
            return .failure(error.isNoSpace ? .full : .failed(reason: error.description))
        }
        guard self.state.withLock({ $0.resets }) == resets else {
            // The reset removed the intent, and its sweep may have passed by before the file was there.
            try? self.disk.remove(id)
            return .failure(.store(.unavailable(reason: "the store was reset meanwhile")))
        }
        return .success(blob)
    }

    /// Gives up a written blob that will not be adopted, such as one whose transaction failed.
    package func discard(_ blob: StoredBlob) { self.discard(blob.id) }

    private func discard(_ id: BlobID) {
        // Should this fail, the collector finds the intent once it is old.
        self.store.write { transaction in
            BlobCollector.giveUp([id], in: &transaction)
        } completion: { _ in
        }
    }

    // MARK: Reading

    /// Opens a blob. Errors: `.missing` when it was released and removed since its name was read.
    package func open(_ id: BlobID, completion: @escaping @Sendable (Result<BlobReader, BlobError>) -> Void) {
        self.perform(completion) { () throws(BlobError) in try BlobReader(id, disk: self.disk) }
    }

    /// Reads a whole blob.
    package func read(_ id: BlobID, completion: @escaping @Sendable (Result<[UInt8], BlobError>) -> Void) {
        self.perform(completion) { () throws(BlobError) in try BlobReader(id, disk: self.disk).readAll() }
    }

    /// Writes the content of a blob to a new file, for those who need one.
    package func copy(_ id: BlobID, to path: String, completion: @escaping @Sendable (Result<Void, BlobError>) -> Void)
    {
        self.perform(completion) { () throws(BlobError) in try BlobReader(id, disk: self.disk).copy(to: path) }
    }

    /// The async form of `open`.
    package func open(_ id: BlobID) async throws(BlobError) -> BlobReader {
        try await Self.answer { self.open(id, completion: $0) }
    }

    /// The async form of `read`.
    package func read(_ id: BlobID) async throws(BlobError) -> [UInt8] {
        try await Self.answer { self.read(id, completion: $0) }
    }

    /// The async form of `copy`.
    package func copy(_ id: BlobID, to path: String) async throws(BlobError) {
        try await Self.answer { self.copy(id, to: path, completion: $0) }
    }

    private func perform<Value>(
        _ completion: @escaping @Sendable (Result<Value, BlobError>) -> Void,
        _ body: @escaping @Sendable () throws(BlobError) -> Value
    ) {
        let accepted = self.jobs.submit { completion(Result(catching: body)) }
        if !accepted { completion(.failure(.overloaded)) }
    }

    private static func answer<Value: Sendable>(
        _ start: (@escaping @Sendable (Result<Value, BlobError>) -> Void) -> Void
    ) async throws(BlobError) -> Value {
        let result: Result<Value, BlobError> = await withCheckedContinuation { continuation in
            start { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    // MARK: Backups

    /// Keeps the file of every blob that something names now, even when it is released meanwhile, until `letGo`.
    ///
    /// For as long as it takes to link to the files, not to read them: garbage piles up.
    package func hold() { self.collector.hold() }

    /// Ends one `hold`.
    package func letGo() { self.collector.letGo() }

    // MARK: Reset

    /// Empties the store and the blobs. `completion` is called when nothing of before can be seen; files go later.
    package func removeAll(completion: @escaping @Sendable (StoreError?) -> Void) {
        let accepted = self.jobs.submit {
            do throws(FileError) {
                // From here on a crash leaves files of which the store may know nothing: the next start sweeps.
                if !self.disk.isUnswept() { try self.disk.setUnswept(true) }
            } catch {
                return completion(.unavailable(reason: error.description))
            }
            self.state.withLock { $0.resets += 1 }
            self.store.removeAll { failure in
                self.state.withLock { $0.resets += 1 }
                self.collector.sweep()
                completion(failure)
            }
        }
        if !accepted { completion(.overloaded) }
    }
}
