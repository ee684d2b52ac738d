internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
package enum UpdateTimeToLive: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: UpdateTimeToLiveInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let reference = try TableReference(input.tableName, in: call)
        return Demands(try call.tableDemand("dynamodb:UpdateTimeToLive", reference))
    }

    package static func perform(
        _ input: UpdateTimeToLiveInput, in call: inout Call
    ) throws(ServiceError) -> UpdateTimeToLiveOutput {
        var table = try call.readyTable(TableReference(input.tableName, in: call))
        try ReplicaUpdates.checkNotChanging(table)
        let old = table.record
        let wanted = input.timeToLiveSpecification
        switch (table.record.timeToLive, wanted.enabled) {
        case (nil, true):
            try StrongConsistency.checkExpiry(of: table)
            table.record.timeToLive = wanted.attributeName
        case (nil, false): throw CommonError.validation("TimeToLive is already disabled")
        case (let current?, let enabled):
            guard current == wanted.attributeName else {
                throw CommonError.validation(
                    "TimeToLive is active on a different AttributeName: current AttributeName is \(current)")
            }
            if enabled { throw CommonError.validation("TimeToLive is already enabled") }
            table.record.timeToLive = nil
        }
        let version = try call.globalTableVersion(of: table)
        try version == .of2019 ? ReplicaSettings.spread(from: old, to: &table, in: &call) : call.put(table)
        if table.record.timeToLive != nil { try call.startExpiry(of: table) }
        return UpdateTimeToLiveOutput(timeToLiveSpecification: wanted)
    }
}
