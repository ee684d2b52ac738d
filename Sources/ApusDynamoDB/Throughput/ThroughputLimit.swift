package import ApusService

/// What a table or a global index is held to when throughput is enforced.
package struct ThroughputLimit: Equatable, Sendable {
    /// Why there is a limit.
    package enum Kind: Hashable, Sendable {
        /// ProvisionedThroughput.
        case provisioned
        /// OnDemandThroughput, of a table on demand.
        case maximum
        /// The account's quota for each table on demand.
        case account
    }

    package let kind: Kind
    package let unitsPerSecond: Int

    /// The limit of a table; of a global index where `index` is one. Local indexes are a part of their table.
    package init(_ direction: Consumption.Direction, _ index: IndexRecord?, of table: TableRecord) {
        let quota = direction == .read ? DynamoDBLimits.tableReadUnits : DynamoDBLimits.tableWriteUnits
        let isGlobal = index?.kind == .global
        let provisioned = isGlobal ? index?.throughput : table.settings.throughput
        if table.settings.billing == .provisioned, let provisioned {
            self.kind = .provisioned
            self.unitsPerSecond = direction == .read ? provisioned.read : provisioned.write
            return
        }
        let onDemand = isGlobal ? index?.onDemand : table.settings.onDemand
        let maximum = direction == .read ? onDemand?.read : onDemand?.write
        self.kind = maximum == nil ? .account : .maximum
        self.unitsPerSecond = maximum ?? quota
    }

    package var rate: FillRate {
        let burst = self.kind == .provisioned ? DynamoDBLimits.burstSeconds : DynamoDBLimits.onDemandBurstSeconds
        return FillRate(unitsPerSecond: Double(self.unitsPerSecond), burstSeconds: burst)
    }
}
