package import ApusService

/// What an account may give one table or one of its global indexes: as much as DescribeLimits tells.
///
/// The texts are as others have recorded them of AWS.
package enum CapacityQuotas {
    /// Throws LimitExceededException where `table` has more, unless it was as much before.
    package static func check(
        _ table: TableRecord, from old: TableRecord? = nil, region: String
    ) throws(ServiceError) {
        try Self.check(GivenCapacity(table), from: old.map(GivenCapacity.init), index: nil, region)
        for index in table.indexes where index.kind == .global {
            let before = old?.indexes.first { $0.id == index.id }
            try Self.check(GivenCapacity(index), from: before.map(GivenCapacity.init), index: index.name, region)
        }
    }

    private static func check(
        _ new: GivenCapacity, from old: GivenCapacity?, index: String?, _ region: String
    ) throws(ServiceError) {
        if let provisioned = new.provisioned, provisioned != old?.provisioned {
            let whose = index.map { " for index \($0)" } ?? ""
            let kind = index == nil ? "table" : "index"
            for (name, units, quota) in [
                ("ReadCapacityUnits", provisioned.read, DynamoDBLimits.tableReadUnits),
                ("WriteCapacityUnits", provisioned.write, DynamoDBLimits.tableWriteUnits),
            ] where units > quota {
                throw DynamoDBError.limitExceeded(
                    "The requested \(name)\(whose), \(units), is above the per \(kind) maximum for the account in \(region). Per \(kind) maximum: \(quota). Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
                )
            }
        }
        let what = index.map { "index \($0)" } ?? "table"
        if let limits = new.onDemand, limits != old?.onDemand {
            let most = Throughput(read: limits.read ?? 0, write: limits.write ?? 0)
            try Self.check(
                most, "MaxReadRequestUnits", "MaxWriteRequestUnits", "OnDemandThroughput for \(what)", region)
        }
        if let warm = new.warm, warm != old?.warm {
            try Self.check(warm, "ReadUnitsPerSecond", "WriteUnitsPerSecond", "WarmThroughput for \(what)", region)
        }
    }

    private static func check(
        _ units: Throughput, _ read: String, _ write: String, _ what: String, _ region: String
    ) throws(ServiceError) {
        if units.read > DynamoDBLimits.tableReadUnits {
            throw DynamoDBError.limitExceeded(
                "Subscriber limit exceeded: Requested \(read) for \(what) exceeds TableMaxReadCapacityUnits of the account in region \(region)"
            )
        }
        if units.write > DynamoDBLimits.tableWriteUnits {
            throw DynamoDBError.limitExceeded(
                "Subscriber limit exceeded: Requested \(write) for \(what) exceeds TableMaxWriteCapacityUnits of the account in region \(region)"
            )
        }
    }
}
