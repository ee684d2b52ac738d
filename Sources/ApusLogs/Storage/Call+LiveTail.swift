package import ApusBase
package import ApusService
package import ApusStore

extension LogGroupRecord {
    /// What is told of new events of this group; that of a group made again under the same name is another.
    package var tailChannel: Channel { Channel(LogStreamKey(group: self.id, name: "")) }
}

/// How Live Tail sessions hear of new events.
extension Call {
    /// Tells the sessions that listen to the group of events, once they are committed.
    package mutating func tell(
        _ events: [(time: Timestamp, message: String)], of stream: String, in groupName: String, _ group: LogGroupRecord
    ) {
        let broadcasts = self.host.broadcasts
        guard broadcasts.isHeard(on: group.tailChannel) else { return }
        let channel = group.tailChannel
        let batch = LiveTailBatch(
            groupARN: LogsName.groupARN(groupName, account: self.account, region: self.region).description,
            stream: stream, events: events, ingested: self.now)
        self.afterCommit { broadcasts.tell(batch, on: channel) }
    }
}
