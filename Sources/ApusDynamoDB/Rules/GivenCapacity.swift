/// What a table, or a global index of it, is given of both units.
package struct GivenCapacity: Equatable {
    package var provisioned: Throughput?
    package var onDemand: OnDemandLimits?
    package var warm: Throughput?

    package init(_ table: TableRecord) {
        self.provisioned = table.settings.throughput
        self.onDemand = table.settings.onDemand
        self.warm = table.settings.warm
    }

    package init(_ index: IndexRecord) {
        self.provisioned = index.throughput
        self.onDemand = index.onDemand
        self.warm = index.warm
    }
}

extension TableRecord {
    package mutating func set(_ capacity: GivenCapacity) {
        self.settings.throughput = capacity.provisioned
        self.settings.onDemand = capacity.onDemand
        self.settings.warm = capacity.warm
    }
}

extension IndexRecord {
    package mutating func set(_ capacity: GivenCapacity) {
        self.throughput = capacity.provisioned
        self.onDemand = capacity.onDemand
        self.warm = capacity.warm
    }
}
