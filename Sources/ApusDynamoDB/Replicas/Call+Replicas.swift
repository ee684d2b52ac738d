package import ApusService
internal import ApusStore
internal import DynamoDBItems

extension Call {
    /// The other members of a table's group.
    package mutating func replicas(of table: OpenTable) throws(ServiceError) -> [OpenTable] {
        var found: [OpenTable] = []
        for member in table.record.replicas.others {
            let reference = table.reference.replica(in: member.region)
            if let record = try self.get(reference.key) { found.append(OpenTable(reference, record)) }
        }
        return found
    }

    /// Makes a change in all other members, in the change's own transaction: there is one store, so that no member is ever behind
    /// another, and two changes of one item never conflict.
    ///
    /// Each member has its own indexes, streams, histories and times of expiry, so the change goes from what that member has. Its
    /// cause is a request there: AWS tells no service as the author of a deletion that was replicated.
    package mutating func replicate(_ change: ItemChange, of table: OpenTable) throws(ServiceError) {
        for replica in try self.replicas(of: table) {
            let key = change.key.moved(to: replica.id)
            let copy = ItemChange(key, from: try self.item(at: key), to: change.new, via: .replication)
            _ = try self.apply(copy, to: replica)
        }
    }

    /// Deletes a table with all that is its own, and takes it out of its group.
    package mutating func remove(_ table: OpenTable) throws(ServiceError) {
        for var member in try self.replicas(of: table) {
            member.record.replicas.others.removeAll { $0.region == table.reference.region }
            // The last one is of no group any more.
            if member.record.replicas.isEmpty { member.record.replicas = TableReplicas() }
            try self.put(member)
        }
        if var group = try self.globalTable(with: table.reference) {
            group.regions.removeAll { $0 == table.reference.region }
            try self.put(group, at: GlobalTableKey(account: table.reference.account, name: table.name))
        }
        try self.closeStream(of: table)
        try self.delete(table.reference.key)
        // With recovery to a point in time the items stay, as those of a backup.
        if try !self.keepDeleted(table) { try self.clear(ItemKey.all(table: table.id)) }
        for index in table.record.indexes { try self.clear(IndexEntryKey.all(index: index.id)) }
        self.forgetThroughput(of: table.id)
    }
}

extension TableReference {
    /// Whether a region can have this name: those that the server's own region can have.
    package static func isRegion(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            }
    }

    /// The table of the same account and name in another region.
    package func replica(in region: String) -> TableReference {
        TableReference(account: self.account, region: region, name: self.name)
    }
}
