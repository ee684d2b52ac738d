package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateGlobalTableSettings.html
///
/// The answer tells of the settings from before, as AWS's does while it changes them.
package enum UpdateGlobalTableSettings: Operation {
    package static let access = OperationAccess.write

    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/gt_IAM.html
    package static func demands(
        _ input: UpdateGlobalTableSettingsInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let name = input.globalTableName
        let regions = try call.get(GlobalTableKey(account: call.account, name: name))?.regions ?? []
        let own = try GlobalTables.demands("dynamodb:UpdateGlobalTable", name, in: regions, &call)
        return Demands(own + [Demand("dynamodb:DescribeLimits", on: "*", account: call.account)])
    }

    package static func perform(
        _ input: UpdateGlobalTableSettingsInput, in call: inout Call
    ) throws(ServiceError) -> UpdateGlobalTableSettingsOutput {
        let tables = try GlobalTableSettings.replicas(of: input.globalTableName, in: &call)
        let before = try GlobalTableSettings.description(of: tables, "UPDATING", in: &call)
        try GlobalTableSettings.check(input, against: tables)
        for table in tables { try GlobalTableSettings.apply(input, to: table, in: &call) }
        return UpdateGlobalTableSettingsOutput(globalTableName: input.globalTableName, replicaSettings: before)
    }
}
