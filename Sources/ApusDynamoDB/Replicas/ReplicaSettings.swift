internal import ApusBase
package import ApusService
internal import ApusStore

/// The settings that all members of a global table have in common: capacity, global indexes, time to live. Tags, policies, deletion
/// protection, backups and insights are each member's own.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-CoreConcepts.html
package enum ReplicaSettings {
    /// Gives the other members what was changed of a table, in the change's own transaction.
    package static func spread(
        from old: TableRecord, to table: OpenTable, in call: inout Call
    ) throws(ServiceError) {
        guard !table.record.replicas.isEmpty else { return }
        for var member in try call.replicas(of: table) {
            let before = member.record
            Self.spreadCapacity(from: old, to: table.record, into: &member.record)
            try Self.spreadIndexes(of: table.record, into: &member, in: &call)
            member.record.timeToLive = table.record.timeToLive
            guard member.record != before else { continue }
            try call.put(member)
            if member.record.timeToLive != nil, before.timeToLive == nil { try call.startExpiry(of: member) }
        }
    }

    private static func spreadCapacity(from old: TableRecord, to new: TableRecord, into member: inout TableRecord) {
        if new.settings.onDemand != old.settings.onDemand { member.settings.onDemand = new.settings.onDemand }
        if new.settings.warm != old.settings.warm { member.settings.warm = new.settings.warm }
        member.useOverrides()
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
