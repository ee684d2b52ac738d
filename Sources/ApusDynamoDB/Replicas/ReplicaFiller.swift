internal import ApusBase
package import ApusService
package import ApusStore
internal import DynamoDBItems

/// Gives a new replica the items that were there before it, some in each transaction.
///
/// Changes reach the replica from its first moment on, and what is copied is the source's item of the copy's own transaction. So an
/// item that is there already is the same, and beginning again anywhere does no harm.
package struct ReplicaFiller: Worker {
    /// Items of one transaction.
    private let batch: Int

    package init(batch: Int = DynamoDBLimits.filledItems) { self.batch = batch }

    package var name: String { "dynamodb-replica-filler" }
    package var channel: Channel? { ReplicaFillingKey.channel }

    package func work(in call: inout Call) throws(ServiceError) -> WorkerOutcome {
        guard let (key, filling) = try call.first(ReplicaFillingKey.range()) else { return .idle }
        let from = filling.replica.replica(in: filling.source)
        guard let record = try call.get(filling.replica.key), record.id == key.table, record.replicas.isFilling,
            let source = try call.get(from.key)
        else {
            try call.delete(key)
            return .more
        }
        var replica = OpenTable(filling.replica, record)
        // Each index may take an item once more; all of it has to fit into a transaction.
        let room = DynamoDBLimits.filledBytes / (1 + record.indexes.count / 8)
        let (items, isLast) = try call.items(
            of: source.id, after: filling.last, limit: self.batch, bytes: room)
        for (itemKey, item) in items {
            let own = itemKey.moved(to: replica.id)
            let copy = ItemChange(own, from: try call.item(at: own), to: item, via: .replication)
            _ = try call.apply(copy, to: replica)
        }
        guard isLast else {
            let last = items.last?.key ?? filling.last
            try call.put(key, ReplicaFillingRecord(replica: filling.replica, source: filling.source, last: last))
            return .more
        }
        replica.record.replicas.isFilling = false
        try call.put(replica)
        for var member in try call.replicas(of: replica) {
            member.record.replicas.set(.active, of: filling.replica.region)
            try call.put(member)
        }
        try call.delete(key)
        return .more
    }
}
