internal import ApusBase
package import ApusService
internal import ApusStore

/// The settings that all members of a global table have in common: capacity, table class, global indexes, time to live. Tags,
/// policies, deletion protection, backups and insights are each member's own. What a member has for itself of the maximum of
/// reads and of the class is lost when the same setting is changed on any other member.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
package enum ReplicaSettings {
    /// Gives the other members what was changed of a table, in the change's own transaction. Those of version 2017.11.29 have all
    /// settings for themselves.
    package static func spread(
        from old: TableRecord, to table: inout OpenTable, in call: inout Call
    ) throws(ServiceError) {
        guard !table.record.replicas.isEmpty, try call.globalTable(with: table.reference) == nil else { return }
        let changes = Changes(from: old.settings, to: table.record.settings)
        changes.forget(in: &table.record.replicas)
        try call.put(table)
        for var member in try call.replicas(of: table) {
            let before = member.record
            changes.forget(in: &member.record.replicas)
            changes.apply(table.record.settings, to: &member.record)
            try Self.spreadIndexes(of: table.record, into: &member, in: &call)
            member.record.timeToLive = table.record.timeToLive
            guard member.record != before else { continue }
            try call.put(member)
            if member.record.timeToLive != nil, before.timeToLive == nil { try call.startExpiry(of: member) }
        }
    }

    /// Which settings of capacity and class a request has changed.
    private struct Changes {
        private let isMaxReadChanged: Bool
        private let isMaxWriteChanged: Bool
        private let isWarmChanged: Bool
        private let isClassChanged: Bool

        init(from old: TableSettings, to new: TableSettings) {
            self.isMaxReadChanged = old.onDemand?.read != new.onDemand?.read
            self.isMaxWriteChanged = old.onDemand?.write != new.onDemand?.write
            self.isWarmChanged = old.warm != new.warm
            self.isClassChanged = old.tableClass != new.tableClass
        }

        /// Members have nothing for themselves any more of what was changed.
        func forget(in replicas: inout TableReplicas) {
            self.forget(in: &replicas.own)
            for place in replicas.others.indices { self.forget(in: &replicas.others[place].overrides) }
        }

        private func forget(in overrides: inout TableReplicas.Overrides) {
            if self.isMaxReadChanged { overrides.maxRead = nil }
            if self.isClassChanged { overrides.tableClass = nil }
        }

        func apply(_ settings: TableSettings, to member: inout TableRecord) {
            // One by one: the maximum of reads may be what the table has for itself.
            if self.isMaxReadChanged || self.isMaxWriteChanged {
                var limits = member.settings.onDemand ?? OnDemandLimits(read: nil, write: nil)
                if self.isMaxReadChanged { limits.read = settings.onDemand?.read }
                if self.isMaxWriteChanged { limits.write = settings.onDemand?.write }
                member.settings.onDemand = limits
            }
            if self.isWarmChanged { member.settings.warm = settings.warm }
            if self.isClassChanged {
                member.settings.tableClass = settings.tableClass
                member.settings.tableClassUpdated = settings.tableClassUpdated
            }
            member.useOverrides()
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
        for index in table.indexes {
            if let place = member.record.indexes.firstIndex(where: { $0.name == index.name }) {
                member.record.indexes[place].onDemand = index.onDemand
                member.record.indexes[place].warm = index.warm
                continue
            }
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
