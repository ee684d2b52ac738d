/// How the keys of a tag are used, which decides how an engine stores them.
package enum ColumnFamily: UInt8, CaseIterable, Sendable {
    /// Looked up by key, changed in place: resources, configuration, identities.
    case records = 0
    /// Written once, consumed in order, deleted: messages, timers, outboxes. Many tombstones.
    case flow = 1
    /// Appended in order, scanned by range, deleted in bulk by age: log events, stream records.
    case history = 2
    /// Looked up by key and scanned by range, changed in place by many: the items of tables. Apart from `records`, whose values
    /// are kept in memory until the next of them changes.
    case items = 3

    /// The name in the engine's files, which is for ever; `records` has the name of the family that always exists.
    package var storedName: String {
        switch self {
        case .records: "default"
        case .flow: "flow"
        case .history: "history"
        case .items: "items"
        }
    }
}
