package import ApusService
internal import DynamoDBItems

/// How much a batch may write to tables with replicas, whose items are written once for each region.
package enum ReplicaLimits {
    /// Bytes; our own number, below what a transaction may write (`StoreLimits.bytesWritten`).
    package static let batchBytes = 24 << 20

    /// Takes a write's bytes from the room that a batch has; false where it has none left. The first write always has it.
    ///
    /// Each region has the item, its entries in indexes, both images in its stream, and the old one in its history.
    package static func take(
        _ write: ItemWrite, on table: OpenTable, from room: inout Int, in call: inout Call
    ) throws(ServiceError) -> Bool {
        guard !table.record.replicas.isEmpty else { return true }
        var new = 0
        if case .put(let item) = write.action { new = item.bytes.count }
        let old = try call.item(at: write.key)?.bytes.count ?? 0
        let bytes = (new * (2 + table.record.indexes.count) + old * 2) * (1 + table.record.replicas.others.count)
        guard bytes <= room || room == Self.batchBytes else { return false }
        room -= bytes
        return true
    }
}
