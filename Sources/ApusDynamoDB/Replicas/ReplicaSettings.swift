internal import ApusBase
package import ApusService
internal import ApusStore

/// The settings that all members of a global table have in common: capacity, table class, encryption, global indexes, time to live.
/// Tags, policies, deletion protection, backups and insights are each member's own. What a member has for itself of the maximum of
/// reads, of the units for reading and of the class is lost when the same setting is changed on any other member.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
package enum ReplicaSettings {
    /// Gives the other members of a global table of version 2019.11.21 what was changed of a table, in the change's own
    /// transaction, and puts them all into the store. Those of version 2017.11.29 have all settings for themselves.
    package static func spread(
        from old: TableRecord, to table: inout OpenTable, in call: inout Call
    ) throws(ServiceError) {
        let changes = Changes(from: old, to: table.record)
        changes.forget(in: &table.record.replicas)
        try call.put(table)
        try ReplicaScaling.startNewIndexes(of: table, since: old, in: &call)
        for var member in try call.replicas(of: table) {
            let before = member.record
            changes.forget(in: &member.record.replicas)
            try Self.spreadIndexes(of: table.record, into: &member, in: &call)
            changes.apply(to: &member.record)
            member.record.timeToLive = table.record.timeToLive
            member.record.encryption = table.record.encryption
            if changes.beginsScaling { try ReplicaScaling.mirror(table, to: member, in: &call) }
            guard member.record != before else { continue }
            try call.put(member)
            if member.record.timeToLive != nil, before.timeToLive == nil { try call.startExpiry(of: member) }
        }
    }

    /// Which settings of capacity and class a request has changed.
    private struct Changes {
        private let old: TableSettings
        private let new: TableSettings
        private let table: CapacityChange
        /// Of the global indexes that were there before, by name.
        private let indexes: [String: CapacityChange]
        private let names: Set<String>

        init(from old: TableRecord, to new: TableRecord) {
            self.old = old.settings
            self.new = new.settings
            self.table = CapacityChange(old: GivenCapacity(old), new: GivenCapacity(new))
            var indexes: [String: CapacityChange] = [:]
            for index in new.indexes {
                guard let before = old.indexes.first(where: { $0.id == index.id }) else { continue }
                indexes[index.name] = CapacityChange(old: GivenCapacity(before), new: GivenCapacity(index))
            }
            self.indexes = indexes
            self.names = Set(new.indexes.map(\.name))
        }

        /// Something is provisioned that was not: the table, or an index that is new.
        var beginsScaling: Bool { self.old.billing != self.new.billing || self.names.count > self.indexes.count }

        private var isClassChanged: Bool { self.old.tableClass != self.new.tableClass }

        /// Members have nothing for themselves any more of what was changed.
        func forget(in replicas: inout TableReplicas) {
            self.forget(in: &replicas.own)
            for place in replicas.others.indices { self.forget(in: &replicas.others[place].overrides) }
        }

        private func forget(in overrides: inout TableReplicas.Overrides) {
            self.table.forget(in: &overrides.reads)
            for (name, change) in self.indexes { change.forget(in: &overrides[name]) }
            overrides.indexes = overrides.indexes.filter { self.names.contains($0.key) }
            if self.isClassChanged { overrides.tableClass = nil }
        }

        func apply(to member: inout TableRecord) {
            if self.old.billing != self.new.billing {
                member.settings.billing = self.new.billing
                member.settings.lastToPayPerRequest = self.new.lastToPayPerRequest
            }
            if self.old.throughput != self.new.throughput {
                member.settings.lastIncrease = self.new.lastIncrease
                member.settings.lastDecrease = self.new.lastDecrease
            }
            if self.isClassChanged {
                member.settings.tableClass = self.new.tableClass
                member.settings.tableClassUpdated = self.new.tableClassUpdated
            }
            var capacity = GivenCapacity(member)
            self.table.apply(to: &capacity)
            member.set(capacity)
            for place in member.indexes.indices {
                guard let change = self.indexes[member.indexes[place].name] else { continue }
                var capacity = GivenCapacity(member.indexes[place])
                change.apply(to: &capacity)
                member.indexes[place].set(capacity)
            }
            member.useOverrides()
        }
    }

    /// What a request has changed of a table's capacity, or of an index's. Each unit for itself: that of reads may be what one
    /// member has for itself.
    private struct CapacityChange {
        let old: GivenCapacity
        let new: GivenCapacity

        private var isReadChanged: Bool { self.old.provisioned?.read != self.new.provisioned?.read }
        private var isWriteChanged: Bool { self.old.provisioned?.write != self.new.provisioned?.write }
        private var isMaxReadChanged: Bool { self.old.onDemand?.read != self.new.onDemand?.read }
        private var isMaxWriteChanged: Bool { self.old.onDemand?.write != self.new.onDemand?.write }

        func forget(in reads: inout TableReplicas.Overrides.Reads) {
            if self.isReadChanged { reads.units = nil }
            if self.isMaxReadChanged { reads.maximum = nil }
        }

        func apply(to member: inout GivenCapacity) {
            if let wanted = self.new.provisioned {
                var units = member.provisioned ?? wanted
                if self.isReadChanged { units.read = wanted.read }
                if self.isWriteChanged { units.write = wanted.write }
                member.provisioned = units
            } else {
                member.provisioned = nil
            }
            if self.isMaxReadChanged || self.isMaxWriteChanged {
                var limits = member.onDemand ?? OnDemandLimits(read: nil, write: nil)
                if self.isMaxReadChanged { limits.read = self.new.onDemand?.read }
                if self.isMaxWriteChanged { limits.write = self.new.onDemand?.write }
                member.onDemand = limits
            }
            if self.old.warm != self.new.warm { member.warm = self.new.warm }
        }
    }

    private static func spreadIndexes(
        of table: TableRecord, into member: inout OpenTable, in call: inout Call
    ) throws(ServiceError) {
        for index in member.record.indexes where !table.indexes.contains(where: { $0.name == index.name }) {
            try call.clear(IndexEntryKey.all(index: index.id))
            if index.status == .creating { try call.delete(FillingKey(index: index.id)) }
            member.record.insights.removeAll { $0.id == index.id }
            member.record.indexes.removeAll { $0.id == index.id }
        }
        for index in table.indexes where !member.record.indexes.contains(where: { $0.name == index.name }) {
            var copy = index
            copy.id = call.entropy.nextUInt64()
            copy.status = .creating
            member.record.indexes.append(copy)
            try call.put(FillingKey(index: copy.id), FillingRecord(table: member.reference))
            call.signal(FillingKey.channel)
        }
        member.record.attributes = table.attributes
    }
}
