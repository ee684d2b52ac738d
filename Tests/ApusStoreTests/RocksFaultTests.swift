import ApusBase
import ApusStore
import Glibc
import Testing

/// Full and failing disks. Each runs in a process of its own: what these tests fear is an abort.
@Suite(.serialized) struct RocksFaultTests {
    @Test func `a disk that fills up refuses commits, answers reads, and goes on when there is space`() async throws {
        try await DiskMount.with(megabytes: 64) { path, report in
            await #expect(processExitsWith: .success) { [path = path as String, report = report as String] in
                DiskChild.report(to: report) { try FaultScript(path, $0).fillsUp() }
            }
        }
    }

    @Test func `a disk that others filled to the last byte refuses commits until they make space`() async throws {
        try await DiskMount.with(megabytes: 64) { path, report in
            await #expect(processExitsWith: .success) { [path = path as String, report = report as String] in
                DiskChild.report(to: report) { try FaultScript(path, $0).isFilledByOthers() }
            }
        }
    }

    @Test func `a server starts on a full disk and answers reads`() async throws {
        try await DiskMount.with(megabytes: 64) { path, report in
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, report = report as String] in
                DiskChild.report(to: report) { try FaultScript(path, $0).diesOnAFullDisk() }
            }
            await #expect(processExitsWith: .success) { [path = path as String, report = report as String] in
                DiskChild.report(to: report) { try FaultScript(path, $0).startsOnAFullDisk() }
            }
        }
    }

    /// Without a floor the disk is full under the log, too: then the outcome of a commit may be unknown.
    @Test(arguments: [0, 1, 4], [0, 4 << 20])
    func `a disk that is eaten up under commits loses nothing that was acknowledged`(_ round: Int, floor: Int)
        async throws
    {
        try await DiskMount.with(megabytes: 48) { path, report in
            await #expect(processExitsWith: .success) {
                [path = path as String, report = report as String, round, floor] in
                DiskChild.report(to: report) { try FaultScript(path, $0).isEatenUp(round: round, floor: floor) }
            }
        }
    }

    @Test(arguments: [30_000, 300_000, 600_000])
    func `a disk that fails a write leaves the outcome unknown and is recovered from`(_ limit: Int) async throws {
        let temporary = TemporaryDirectory()
        await #expect(processExitsWith: .success) { [path = temporary.path as String, limit] in
            DiskChild.report(to: path + "/report") { try FaultScript(path, $0).failsAWrite(limit: limit) }
        }
        #expect(DiskChild.findings(temporary.path + "/report") == "sound")
    }
}

/// What happens to a store on a bad disk; run in a child process.
struct FaultScript {
    private let path: String
    private let child: DiskChild
    private let filler: Filler

    init(_ path: String, _ child: DiskChild) {
        self.path = path
        self.child = child
        self.filler = Filler(path)
    }

    private func open(floor: Int = 4 << 20) throws -> RocksStorage {
        var configuration = RocksConfiguration.small
        configuration.freeSpaceFloorBytes = Int64(floor)
        return try RocksStorage(directory: DataDirectory(path: self.path + "/data"), configuration: configuration)
    }

    private func key(_ number: Int) -> [UInt8] {
        let families: [KeyTag] = [.iamUser, .timer, .logsEvent]
        return ApusStoreTests.key(String(number), families[number % 3])
    }

    private func value(_ number: Int, bytes: Int) -> [UInt8] {
        noise(16, seed: UInt64(number)) + Array(repeating: UInt8(truncatingIfNeeded: number), count: bytes)
    }

    /// Commits a value under the number; the error if that fails.
    private func put(_ storage: RocksStorage, _ number: Int, bytes: Int = 20_000) -> StoreError? {
        do throws(StoreError) {
            try storage.commit(WriteBatch(.put(key: self.key(number), value: self.value(number, bytes: bytes))))
            return nil
        } catch {
            return error
        }
    }

    /// Commits until one fails: how many did not, and why that one did.
    private func putUntilRefused(_ storage: RocksStorage) throws -> (count: Int, refusal: StoreError) {
        for number in 0..<10_000 {
            if let refusal = self.put(storage, number) { return (number, refusal) }
        }
        throw DiskError("never refused")
    }

    private func expectFull(_ storage: RocksStorage, _ number: Int, line: Int = #line) {
        let answer = self.put(storage, number)
        self.child.expect(answer == .full, "\(answer as Any), \(storage.freeSpace.bytes as Any) bytes free", line: line)
    }

    /// Expects the values of the numbers to be there.
    private func expectAll(_ storage: RocksStorage, _ numbers: some Sequence<Int>, line: Int = #line) throws {
        let view = try storage.view()
        for number in numbers {
            let value = try view.get(self.key(number))
            self.child.expect(value?.prefix(16) == noise(16, seed: UInt64(number))[...], "no \(number)", line: line)
        }
    }

    func fillsUp() throws {
        let storage = try self.open()
        self.filler.take(leaving: 24 << 20)
        var (count, refusal) = try self.putUntilRefused(storage)
        self.child.expect(refusal == .full, "\(refusal)")
        self.child.expect(count > 100, "refused after \(count)")
        for _ in 0..<200 {
            // Compactions give some space back, which may be used; nothing but `.full` keeps one from it.
            let answer = self.put(storage, count)
            self.child.expect(answer == nil || answer == .full, "\(answer as Any)")
            if answer == nil { count += 1 }
        }
        try self.expectAll(storage, 0..<count)
        self.filler.remove()
        for number in count..<count + 50 { self.child.expect(self.put(storage, number) == nil, "still refused") }
        try self.expectAll(storage, 0..<count + 50)
        self.child.expect(storage.statistics.acceptsWrites, "refuses writes")
        storage.close()
    }

    func isFilledByOthers() throws {
        let storage = try self.open()
        for number in 0..<100 { self.child.expect(self.put(storage, number) == nil, "refused") }
        self.filler.take(leaving: 0)
        usleep(60_000)
        for _ in 0..<50 { self.expectFull(storage, 100) }
        self.child.expect(!storage.statistics.acceptsWrites, "accepts writes")
        try self.expectAll(storage, 0..<100)
        self.filler.remove()
        usleep(60_000)
        let failure = self.put(storage, 100)
        self.child.expect(failure == nil, "\(failure as Any)")
        try self.expectAll(storage, 0...100)
        storage.close()
    }

    func diesOnAFullDisk() throws {
        let storage = try self.open()
        for number in 0..<150 { self.child.expect(self.put(storage, number) == nil, "refused") }
        self.filler.take(leaving: 0)
        kill(getpid(), SIGKILL)
    }

    func startsOnAFullDisk() throws {
        let storage = try self.open()
        try self.expectAll(storage, 0..<150)
        // Starting gave the ballast and old logs back: others take that too.
        usleep(60_000)
        self.filler.take(leaving: 0)
        usleep(60_000)
        self.expectFull(storage, 150)
        try self.expectAll(storage, 0..<150)
        self.filler.remove()
        usleep(60_000)
        let failure = self.put(storage, 150)
        self.child.expect(failure == nil, "\(failure as Any)")
        try self.expectAll(storage, 0...150)
        storage.close()
    }

    func isEatenUp(round: Int, floor: Int) throws {
        let storage = try self.open(floor: floor)
        let eater = DiskEater(self.filler.path, pauseMicroseconds: UInt32(round * 40))
        var acknowledged: [Int] = []
        var count = 0
        var failures = 0
        while failures < 60, count < 20_000 {
            if let failure = self.put(storage, count, bytes: round % 2 == 0 ? 20_000 : 500) {
                failures += 1
                usleep(500)
                switch failure {
                case .full: break
                case .unknownOutcome, .unavailable: try? storage.recover()
                default: self.child.expect(false, "\(failure)")
                }
            } else {
                acknowledged.append(count)
            }
            count += 1
        }
        eater.stop()
        self.filler.remove()
        usleep(60_000)
        try self.recover(storage, count)
        try self.expectAll(storage, acknowledged)
        storage.close()
        let again = try self.open()
        try self.expectAll(again, acknowledged)
        again.close()
    }

    /// Recovers and commits the number, as the writer would.
    private func recover(_ storage: RocksStorage, _ number: Int) throws {
        var failure: StoreError?
        for _ in 0..<20 {
            try? storage.recover()
            failure = self.put(storage, number)
            if failure == nil { return }
            usleep(10_000)
        }
        self.child.expect(false, "no write after space was made: \(failure as Any)")
    }

    func failsAWrite(limit: Int) throws {
        let storage = try self.open()
        signal(SIGXFSZ, SIG_IGN)
        Self.limitFiles(to: limit)
        let (count, failure) = try self.putUntilRefused(storage)
        guard case .unknownOutcome(let reason) = failure else { throw DiskError("\(failure)") }
        self.child.expect(reason.contains("File too large"), reason)
        self.child.expect(self.put(storage, count + 1) == .unavailable(reason: reason), "written after a failure")
        self.child.expect(!storage.statistics.acceptsWrites, "accepts writes")
        try self.expectAll(storage, 0..<count)
        // The disk still fails: recovery may fail, reading must not.
        try? storage.recover()
        try self.expectAll(storage, 0..<count)
        Self.limitFiles(to: nil)
        try self.recover(storage, count + 1)
        try self.expectAll(storage, Array(0..<count) + [count + 1])
        storage.close()
        let again = try self.open()
        try self.expectAll(again, Array(0..<count) + [count + 1])
        again.close()
    }

    private static func limitFiles(to bytes: Int?) {
        var limit = rlimit(rlim_cur: bytes.map { rlim_t($0) } ?? rlim_t.max, rlim_max: rlim_t.max)
        setrlimit(__rlimit_resource_t(1), &limit)
    }
}
