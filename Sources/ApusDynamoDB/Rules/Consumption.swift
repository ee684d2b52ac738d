package import DynamoDBItems

/// Units of capacity that a request takes, by AWS's arithmetic, and how they are told.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
package struct Consumption: Sendable {
    /// How sure a read is; each step costs twice the one before.
    package enum Consistency: Sendable {
        case eventual, strong, transactional

        var factor: Double {
            switch self {
            case .eventual: 0.5
            case .strong: 1
            case .transactional: 2
            }
        }
    }

    package enum Direction: Sendable { case read, write }

    package var table = 0.0
    package var local: [String: Double] = [:]
    package var global: [String: Double] = [:]

    package init() {}

    package var total: Double {
        self.table + self.local.values.reduce(0, +) + self.global.values.reduce(0, +)
    }

    /// Units of reading `bytes`; what is not there costs as much as the least that is.
    package static func read(_ bytes: Int, _ consistency: Consistency) -> Double {
        let units = max(1, (bytes + DynamoDBLimits.readUnitBytes - 1) / DynamoDBLimits.readUnitBytes)
        return Double(units) * consistency.factor
    }

    /// Units of writing `bytes`.
    package static func write(_ bytes: Int) -> Double {
        Double(max(1, (bytes + DynamoDBLimits.writeUnitBytes - 1) / DynamoDBLimits.writeUnitBytes))
    }

    /// Units of changing an item: the larger image counts.
    package static func write(from old: Item?, to new: Item?) -> Double {
        Self.write(max(old?.size ?? 0, new?.size ?? 0))
    }

    package mutating func add(_ units: Double, to index: IndexRecord?) {
        switch index?.kind {
        case nil: self.table += units
        case .local: self.local[index?.name ?? "", default: 0] += units
        case .global: self.global[index?.name ?? "", default: 0] += units
        }
    }

    package mutating func add(_ other: Consumption) {
        self.table += other.table
        self.local.merge(other.local, uniquingKeysWith: +)
        self.global.merge(other.global, uniquingKeysWith: +)
    }

    /// Everything twice, as transactions cost.
    package var doubled: Consumption {
        var result = self
        result.table *= 2
        result.local = self.local.mapValues { $0 * 2 }
        result.global = self.global.mapValues { $0 * 2 }
        return result
    }

    /// The answer to ReturnConsumedCapacity; nil for NONE. Transactions tell the direction.
    package func answer(
        _ wanted: String?, table name: String, transactional direction: Direction? = nil
    ) -> ConsumedCapacity? {
        guard let wanted, wanted != "NONE" else { return nil }
        func capacity(_ units: Double) -> Capacity {
            Capacity(
                readCapacityUnits: direction == .read ? units : nil,
                writeCapacityUnits: direction == .write ? units : nil, capacityUnits: units)
        }
        let total = self.total
        var answer = ConsumedCapacity(tableName: name, capacityUnits: total)
        answer.readCapacityUnits = direction == .read ? total : nil
        answer.writeCapacityUnits = direction == .write ? total : nil
        guard wanted == "INDEXES" else { return answer }
        answer.table = capacity(self.table)
        if !self.local.isEmpty { answer.localSecondaryIndexes = self.local.mapValues(capacity) }
        if !self.global.isEmpty { answer.globalSecondaryIndexes = self.global.mapValues(capacity) }
        return answer
    }
}
