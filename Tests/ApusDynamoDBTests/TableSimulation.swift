import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import ApusWire
import DynamoDBItems
import Synchronization

@testable import ApusDynamoDB

/// Clients that write to two tables, alone, in batches and in transactions, an index that comes and goes, replicas that do, items
/// that expire, and a server that dies at any commit, all from one seed. What must hold is in `TableLedger`.
final class TableSimulation {
    let entropy: SeededEntropy
    private let storage = MemoryStorage()
    let clock = ManualClock(Timestamp(milliseconds: 1_767_225_600_000))
    private let seed: UInt64
    private var generation: UInt64 = 0
    private(set) var server: DynamoDBBench
    private var workers: [WorkerRun]
    let ledger = Mutex(TableLedger())
    /// Transactions with a token of which no answer came, which their clients send again.
    private var unanswered: [(intent: Int, json: String, region: String)] = []
    var versions = 0
    /// Backups, and the items that their tables had at their moment.
    let backups = Mutex<[(arn: String, items: Set<Item>)]>([])
    /// Tables that are being made of others.
    let awaited = Mutex<[AwaitedTable]>([])
    /// When something may have been done.
    private(set) var moments: [Timestamp] = []
    var restores = 0

    private let throughput: Throughput

    enum Throughput {
        case unlimited
        /// Enforced, and less than the clients ask for.
        case scarce

        fileprivate var allowances: Allowances? { self == .scarce ? Allowances() : nil }
    }

    let regions: Regions

    enum Regions {
        case one
        /// Replicas come and go in a second one, and clients write in both.
        case two
    }

    init(seed: UInt64, throughput: Throughput = .unlimited, regions: Regions = .one) throws {
        self.seed = seed
        self.throughput = throughput
        self.regions = regions
        self.entropy = SeededEntropy(seed: seed &* 7_919)
        self.server = DynamoDBBench(
            seed: seed, storage: self.storage, clock: self.clock, allowances: throughput.allowances)
        self.workers = Self.workers(of: self.server)
        let stream = #""StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}"#
        try self.server.create("items", sort: "N", more: TableLedger.indexes + "," + stream)
        try self.server.create("other", more: stream)
        _ = try self.server.run(
            UpdateTimeToLive.self,
            #"{"TableName":"items","TimeToLiveSpecification":{"AttributeName":"ttl","Enabled":true}}"#)
        _ = try self.server.run(
            UpdateContinuousBackups.self,
            #"{"TableName":"items","PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true}}"#)
        guard throughput == .scarce else { return }
        let limit = #""OnDemandThroughput":{"MaxWriteRequestUnits":9}"#
        _ = try self.server.run(UpdateTable.self, #"{"TableName":"items",\#(limit)}"#)
        _ = try self.server.run(
            UpdateTable.self,
            #"{"TableName":"items","GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"global",\#(limit)}}]}"#)
    }

    private static func workers(of server: DynamoDBBench) -> [WorkerRun] {
        // One at a time, so that much happens while an index is filled.
        let workers: [any Worker] = [
            IndexFiller(batch: 1), TokenSweeper(), StreamWorker(), ExpiryWorker(), BackupWorker(batch: 1),
            ReplicaFiller(batch: 1),
        ]
        return workers.map { WorkerRun($0, host: server.bench.host) }
    }

    var failures: [String] { self.ledger.withLock { $0.failures } }
    var summary: TableLedger.Summary { self.ledger.withLock { $0.summary } }
    var seconds: Int64 { self.clock.now.milliseconds / 1000 }

    func below(_ bound: Int) -> Int { Int(self.entropy.below(UInt64(bound))) }

    // MARK: Running

    func run(steps: Int) throws {
        for _ in 0..<steps {
            self.moments.append(self.clock.now)
            switch self.below(self.regions == .one ? 106 : 114) {
            case ..<40: try self.write()
            case ..<52: try self.batch()
            case ..<66: try self.transact()
            case ..<70: try self.changeIndex()
            case ..<90: for _ in 0..<self.below(8) { _ = self.server.bench.driver.runOne() }
            case ..<94: self.server.bench.advance(milliseconds: Int64(self.below(2_000)))
            case ..<97: try self.audit()
            case ..<100: try self.crash()
            case ..<103: self.backUp()
            case ..<106: self.restore()
            default: try self.changeReplica()
            }
        }
        try self.spendFault()
        self.server.bench.driver.settle()
        // What has expired is gone within a minute.
        self.server.bench.advance(seconds: 70)
        try self.audit()
        try self.finish()
        try self.finishReplicas()
        try self.finishBackups()
    }

    /// - Parameter region: any where none is given.
    func start<Op: Operation>(
        _ operation: Op.Type, _ json: String, in region: String? = nil,
        done: @escaping @Sendable (inout TableLedger, Outcome<Op.Output>) -> Void
    ) throws where Op.Input: Shape, Op.Output: Sendable {
        let input = try DynamoDBAPI.model.decode(Op.Input.self, from: .json(Array(json.utf8)))
        let life = self.life
        let ledger = Ledger(self)
        let context = self.server.bench.context(region: region ?? self.region())
        self.server.bench.host.perform(operation, input, context) { result in
            guard life.isOver.withLock({ !$0 }) else { return }
            ledger.record { ledger in
                switch result {
                case .success(let output): done(&ledger, .answered(output))
                case .failure(let error):
                    if error.apiError?.code == "ThrottlingException" { ledger.summary.throttled += 1 }
                    // The server says that nothing was done, or that it does not know.
                    done(&ledger, error.apiError == nil ? .unknown : .refused)
                }
            }
        }
    }

    enum Outcome<Output> {
        case answered(Output)
        case refused
        case unknown
    }

    /// One life of the server, between two crashes.
    private final class Life: Sendable {
        let isOver = Mutex(false)
    }
    private var life = Life()

    private final class Ledger: @unchecked Sendable {
        // SAFETY: a simulation has one thread.
        private let simulation: TableSimulation
        init(_ simulation: TableSimulation) { self.simulation = simulation }
        func record(_ body: (inout TableLedger) -> Void) { self.simulation.ledger.withLock { body(&$0) } }
    }

    // MARK: Requests

    /// One write of one item.
    private func write() throws {
        let part = self.part()
        let intent = self.ledger.withLock { $0.intend(part.version.map { [$0] } ?? [], together: false) }
        switch part.kind {
        case .put:
            try self.start(PutItem.self, part.request) { $0.end(intent, $1) }
        case .update:
            try self.start(UpdateItem.self, part.request(#","ReturnValues":"ALL_NEW""#)) { ledger, outcome in
                ledger.end(intent, outcome)
                if case .answered(let output) = outcome { ledger.answered(new: output.attributes?.item) }
            }
        case .delete:
            try self.start(DeleteItem.self, part.request(#","ReturnValues":"ALL_OLD""#)) { ledger, outcome in
                if case .answered(let output) = outcome { ledger.deleted(output.attributes?.item) }
            }
        case .check: break
        }
    }

    private func batch() throws {
        let parts = self.parts(count: 2 + self.below(4), of: [.put, .put, .delete])
        guard self.throughput == .unlimited else { return try self.batchInPart(parts) }
        let intent = self.ledger.withLock { $0.intend(parts.compactMap(\.version), together: true) }
        try self.start(BatchWriteItem.self, TablePart.batch(parts)) { $0.end(intent, $1) }
    }

    /// A batch of which each part may be throttled.
    private func batchInPart(_ parts: [TablePart]) throws {
        let intents = parts.compactMap(\.version).map { version in
            (version: version, intent: self.ledger.withLock { $0.intend([version], together: false) })
        }
        try self.start(BatchWriteItem.self, TablePart.batch(parts)) { ledger, outcome in
            var unprocessed: Set<String> = []
            if case .answered(let output) = outcome {
                let requests = (output.unprocessedItems ?? [:]).values.joined()
                unprocessed = Set(requests.compactMap { $0.putRequest?.item.item["v"]?.number?.text })
                ledger.summary.unprocessed += unprocessed.count
            }
            for (version, intent) in intents {
                ledger.end(intent, unprocessed.contains(String(version.number)) ? .refused : outcome)
            }
        }
    }

    private func transact() throws {
        if !self.unanswered.isEmpty, self.below(3) == 0 {
            let (intent, json, region) = self.unanswered.remove(at: self.below(self.unanswered.count))
            self.ledger.withLock { $0.tryAgain(intent) }
            return try self.start(TransactWriteItems.self, json, in: region) { $0.end(intent, $1) }
        }
        let parts = self.parts(count: 2 + self.below(3), of: [.put, .update, .delete, .check])
        let intent = self.ledger.withLock { $0.intend(parts.compactMap(\.version), together: true) }
        let hasToken = self.below(2) == 0
        let json = TablePart.transaction(parts, token: hasToken ? "token-\(intent)" : nil)
        let region = self.region()
        if hasToken { self.unanswered.append((intent, json, region)) }
        try self.start(TransactWriteItems.self, json, in: region) { $0.end(intent, $1) }
    }

    /// The second global index comes or goes.
    private func changeIndex() throws {
        let change = self.below(2) == 0 ? TableLedger.createIndex : #"{"Delete":{"IndexName":"late"}}"#
        let json = #"{"TableName":"items",\#(TableLedger.lateDefinitions),"GlobalSecondaryIndexUpdates":[\#(change)]}"#
        try self.start(UpdateTable.self, json) { ledger, outcome in
            if case .answered = outcome { ledger.summary.indexChanges += 1 }
        }
        for _ in 0..<self.below(30) { _ = self.server.bench.driver.runOne() }
        if self.below(4) > 0 { try self.audit() }
    }

    // MARK: Crashes

    /// The server dies: between two commits, or in one, which is then kept or lost.
    private func crash() throws {
        switch self.below(4) {
        case 0: break
        case 1: self.storage.failNextCommit(.lostThenUnknown)
        case 2: self.storage.failNextCommit(.keptThenUnknown)
        default:
            // A full disk is no crash: the server refuses, and goes on.
            self.storage.failNextCommit(.full)
            return
        }
        for _ in 0..<self.below(20) { _ = self.server.bench.driver.runOne() }
        self.life.isOver.withLock { $0 = true }
        self.life = Life()
        self.server.bench.driver.crash()
        self.generation += 1
        try self.spendFault()
        let seed = self.seed &+ self.generation &* 31
        self.server = DynamoDBBench(
            seed: seed, storage: self.storage, clock: self.clock, allowances: self.throughput.allowances)
        self.workers = Self.workers(of: self.server)
        self.ledger.withLock { $0.summary.crashes += 1 }
        try self.audit()
    }

    /// A fault that no commit has met ends here.
    private func spendFault() throws {
        var batch = WriteBatch()
        batch.append(.delete(key: [0x7F, 0xFF]))
        try? self.storage.commit(batch)
        try self.storage.recover()
    }

    // MARK: Looking

    /// Looks at everything at one moment, with requests and workers under way.
    func audit() throws {
        let pictures = Mutex<[TablePicture]>([])
        let replicas = Mutex<[TablePicture]>([])
        do throws(ServiceError) {
            let taken = try self.server.bench.transact {
                (call) throws(ServiceError) -> (tables: [TablePicture], replicas: [TablePicture]) in
                let tables = [try TablePicture("items", in: &call), try TablePicture("other", in: &call)]
                return (tables: tables, replicas: try Self.replicas(in: &call))
            }
            pictures.withLock { $0 = taken.tables }
            replicas.withLock { $0 = taken.replicas }
        } catch {
            // The fault that was made met this transaction.
            return
        }
        self.ledger.withLock { ledger in
            ledger.judge(pictures.withLock { $0 }, now: self.clock.now)
            ledger.judge(replicas: replicas.withLock { $0 }, now: self.clock.now)
        }
        self.judgeRestored(pictures.withLock { $0 })
    }

    /// Looks once more, as clients do.
    private func finish() throws {
        for table in ["items", "other"] {
            let description = try self.server.run(DescribeTable.self, #"{"TableName":"\#(table)"}"#).table
            var indexes: [String?: (items: Int?, bytes: Int?)] = [
                nil: (description?.itemCount, description?.tableSizeBytes)
            ]
            for index in description?.globalSecondaryIndexes ?? [] {
                indexes[index.indexName] = (index.itemCount, index.indexSizeBytes)
            }
            for index in description?.localSecondaryIndexes ?? [] {
                indexes[index.indexName] = (index.itemCount, index.indexSizeBytes)
            }
            for (index, told) in indexes {
                let items = try self.scan(table, index)
                self.ledger.withLock { $0.judge(table, index, items, told) }
            }
        }
    }

    /// All items, two a page.
    private func scan(_ table: String, _ index: String?) throws -> [Item] {
        var items: [Item] = []
        var start = ""
        let name = index.map { #","IndexName":"\#($0)""# } ?? ""
        repeat {
            let page = try self.server.run(Scan.self, #"{"TableName":"\#(table)","Limit":2\#(name)\#(start)}"#)
            items += (page.items ?? []).map(\.item)
            start = page.lastEvaluatedKey.map { #","ExclusiveStartKey":\#($0.item.json)"# } ?? ""
        } while !start.isEmpty
        return items
    }
}
