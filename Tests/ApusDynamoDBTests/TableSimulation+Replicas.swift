import ApusService
import ApusStore
import ApusTestSupport
import Synchronization

@testable import ApusDynamoDB

/// Replicas that come and go in a second region, amid everything else.
extension TableSimulation {
    private static let other = "eu-west-2"

    /// Where a request goes to.
    func region() -> String {
        self.regions == .two && self.below(2) == 0 ? Self.other : TestBench.region
    }

    /// A replica comes, or goes, by a request in either region.
    func changeReplica() throws {
        let table = self.below(2) == 0 ? "items" : "other"
        switch self.below(6) {
        case 0:
            let json = #"{"TableName":"\#(table)","ReplicaUpdates":[{"Delete":{"RegionName":"\#(Self.other)"}}]}"#
            try self.start(UpdateTable.self, json, in: TestBench.region) { _, _ in }
        case 1:
            try self.start(DeleteTable.self, #"{"TableName":"\#(table)"}"#, in: Self.other) { _, _ in }
        default:
            let json = #"{"TableName":"\#(table)","ReplicaUpdates":[{"Create":{"RegionName":"\#(Self.other)"}}]}"#
            try self.start(UpdateTable.self, json, in: TestBench.region) { _, _ in }
        }
        for _ in 0..<self.below(6) { _ = self.server.bench.driver.runOne() }
        if self.below(2) == 0 { try self.audit() }
    }

    static func replicas(in call: inout Call) throws(ServiceError) -> [TablePicture] {
        var pictures: [TablePicture] = []
        for name in ["items", "other"] {
            let reference = try TableReference(name, in: call).replica(in: Self.other)
            guard let record = try call.get(reference.key) else { continue }
            pictures.append(try TablePicture(of: OpenTable(reference, record), in: &call))
        }
        return pictures
    }

    /// Nothing is left to be filled, and replicas that are gone have left no entries of indexes.
    func finishReplicas() throws {
        let left = try self.server.bench.transact { (call) throws(ServiceError) -> [Int] in
            var known = 0
            for table in try call.page(TableKey.range(), limit: 1_000).map(\.value) {
                for index in table.indexes {
                    known += try call.count(IndexEntryKey.all(index: index.id), limit: 100_000)
                }
            }
            return [
                try call.count(ReplicaFillingKey.range(), limit: 10), try call.count(FillingKey.range(), limit: 10),
                try call.count(IndexEntryKey.range(), limit: 100_000) - known,
            ]
        }
        self.ledger.withLock { $0.expect(left.allSatisfy { $0 == 0 }, "replicas left something: \(left)") }
    }
}
