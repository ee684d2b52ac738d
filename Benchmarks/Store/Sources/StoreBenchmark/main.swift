import ApusBase
import ApusStore
import Glibc

/// What one run measures, in order; each line is printed when it is known.
struct StoreBenchmark {
    var records = 1_000_000
    var directory = "/var/tmp"

    private func milliseconds<Result>(_ body: () throws -> Result) rethrows -> (Result, Double) {
        let start = SystemClock().monotonicNanoseconds
        let result = try body()
        return (result, Double(SystemClock().monotonicNanoseconds - start) / 1e6)
    }

    private func line(_ name: String, _ value: Double, _ unit: String, note: String = "") {
        let text = value < 100 ? String((value * 100).rounded() / 100) : String(Int(value))
        let cells = [name.padded(44), text.padded(10), unit.padded(8), note]
        print(cells.joined(separator: " "))
        fflush(nil)
    }

    /// CPU time of this thread: what wall time would be on a machine with nothing else to do.
    private var threadMilliseconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }

    /// Resident bytes of this process.
    private var residentMegabytes: Double {
        let text = String(decoding: (try? Files.readAll("/proc/self/statm")) ?? [], as: UTF8.self)
        return Double(text.split(separator: " ")[1])! * 4096 / 1_048_576
    }

    func run() throws {
        let path = self.directory + "/apus-store-benchmark-\(getpid())"
        defer { try? Files.removeTree(path) }
        try self.opening(path + "/empty")
        var configuration = RocksConfiguration()
        configuration.cacheBytes = 768 << 20
        configuration.compression = .none
        let storage = try RocksStorage(directory: DataDirectory(path: path + "/data"), configuration: configuration)
        let driver = ThreadDriver(clock: SystemClock(), entropy: SystemEntropy())
        let store = Store(storage: storage, driver: driver)
        try self.load(storage)
        try self.reads(store, "uncompacted")
        let (_, compaction) = self.milliseconds { storage.compact() }
        self.line("compaction of everything", compaction, "ms")
        try self.reads(store, "compacted")
        try self.reads(store, "compacted")
        try self.writes(store, path)
        driver.stop()
        let (_, closing) = self.milliseconds { storage.close() }
        self.line("close", closing, "ms")
        let (again, reopening) = try self.milliseconds {
            try RocksStorage(directory: DataDirectory(path: path + "/data"), configuration: configuration)
        }
        self.line("open of what is there now", reopening, "ms")
        let (_, reset) = try self.milliseconds { try again.removeAll() }
        self.line("reset of it", reset, "ms")
        again.close()
    }

    private func opening(_ path: String) throws {
        let before = self.residentMegabytes
        var times: [Double] = []
        for number in 0..<7 {
            let (storage, time) = try self.milliseconds {
                try RocksStorage(directory: DataDirectory(path: path + "\(number)"))
            }
            times.append(time)
            storage.close()
        }
        self.line("open of a new directory, median of 7", times.sorted()[3], "ms", note: "\(times.map { Int($0) })")
        times = []
        for _ in 0..<7 {
            let (storage, time) = try self.milliseconds { try RocksStorage(directory: DataDirectory(path: path + "0")) }
            times.append(time)
            storage.close()
        }
        self.line("open of an empty store, median of 7", times.sorted()[3], "ms", note: "\(times.map { Int($0) })")
        let storage = try RocksStorage(directory: DataDirectory(path: path + "0"))
        self.line("resident memory of an open, empty store", self.residentMegabytes - before, "MiB")
        times = []
        for _ in 0..<7 {
            var batch = WriteBatch()
            for number in 0..<200 { batch.append(.put(key: ItemKey(number: number).encoded, value: [1])) }
            try storage.commit(batch)
            times.append(try self.milliseconds { try storage.removeAll() }.1)
        }
        self.line("reset of 200 keys, median of 7", times.sorted()[3], "ms", note: "\(times.map { Int($0) })")
        storage.close()
    }

    private func load(_ storage: RocksStorage) throws {
        let (_, time) = try self.milliseconds {
            for start in stride(from: 0, to: self.records, by: 10_000) {
                var batch = WriteBatch()
                for number in start..<min(start + 10_000, self.records) {
                    batch.append(.put(key: ItemKey(number: number).encoded, value: ItemRecord(number: number).encoded))
                }
                try storage.commit(batch)
            }
        }
        self.line("load in batches of 10,000", Double(self.records) / time * 1000, "/s")
    }

    private func reads(_ store: Store, _ state: String) throws {
        let count = 500_000
        func random(_ number: Int) -> ItemKey {
            ItemKey(number: Int(mix(UInt64(number)) % UInt64(self.records)))
        }
        var found = 0
        func pass(_ count: Int) throws -> Double {
            try self.milliseconds {
                for number in 0..<count {
                    found += try store.read { transaction in (try? transaction.get(random(number)))?.body.count ?? 0 }
                }
            }.1
        }
        // Once through, so that everything is cached.
        if state == "compacted" { _ = try pass(self.records) }
        found = 0
        let cpu = self.threadMilliseconds
        let time = try pass(count)
        let used = self.threadMilliseconds - cpu
        precondition(found == count * 297, "a record is missing")
        self.line(
            "point reads, typed, one thread, \(state)", Double(count) / time * 1000, "/s",
            note: "\(Int(Double(count) / used)),000 per second of CPU")
        let missing = try self.milliseconds {
            for number in 0..<count {
                _ = try store.read { transaction in
                    (try? transaction.contains(ItemKey(number: -1 - number))) ?? true
                }
            }
        }.1
        self.line("point reads of keys that are not there", Double(count) / missing * 1000, "/s")
        let scans = 20_000
        let scanStart = self.threadMilliseconds
        let (_, scanTime) = try self.milliseconds {
            for number in 0..<scans {
                try store.read { transaction in
                    _ = try? transaction.page(ItemKey.range().from(random(number)), limit: 100)
                }
            }
        }
        let scanCPU = self.threadMilliseconds - scanStart
        self.line(
            "typed scans of 100", Double(scans) / scanTime * 1000, "/s",
            note: "\(Int(Double(scans) * 1000 / scanCPU)) per second of CPU")
    }

    private func writes(_ store: Store, _ path: String) throws {
        var first = self.records
        for clients in [1, 32, 256] {
            let total = clients == 1 ? 5_000 : clients == 32 ? 150_000 : 500_000
            let bound = try BareLog.run(path, group: clients, total: total)
            let groups = store.statistics.groups
            let rate = Clients(store: store, first: first, total: total).run(clients)
            first += total
            let size = Double(total) / Double(store.statistics.groups - groups)
            self.line(
                "durable random puts, \(clients) at once", rate, "/s",
                note: "groups of \(Int(size)); a bare log makes \(Int(bound)), ratio \(Int(rate / bound * 100)) %")
        }
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - self.count)) }
}

var benchmark = StoreBenchmark()
var arguments = CommandLine.arguments.dropFirst()
while let name = arguments.popFirst() {
    guard let value = arguments.popFirst() else { fatalError("\(name) needs a value") }
    switch name {
    case "--records": benchmark.records = Int(value) ?? benchmark.records
    case "--directory": benchmark.directory = value
    default: fatalError("unknown argument \(name)")
    }
}
try benchmark.run()
