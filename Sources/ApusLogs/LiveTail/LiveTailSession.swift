internal import ApusBase
package import ApusService
package import ApusStore
internal import Synchronization

/// One session: listens to what is written to its groups until it ends.
package final class LiveTailSession: Sendable {
    private let filter: LiveTailFilter
    private let broadcasts: Broadcasts
    private let backlog = Mutex(LiveTailBacklog())
    private let token = Mutex<Broadcasts.Token?>(nil)

    /// - Parameters:
    ///   - channels: what is told of the groups.
    ///   - account: counts the sessions of the account; nil is returned where it has as many as it may.
    package init?(
        filter: LiveTailFilter, channels: [Channel], account: Channel, broadcasts: Broadcasts
    ) {
        self.filter = filter
        self.broadcasts = broadcasts
        let token = broadcasts.listen(on: channels, quota: (account, LogsLimits.tailSessions)) { [weak self] message in
            if let batch = message as? LiveTailBatch { self?.receive(batch) }
        }
        guard let token else { return nil }
        self.token.withLock { $0 = token }
    }

    deinit { self.end() }

    /// On the thread that has just committed: notes it down and no more.
    private func receive(_ batch: LiveTailBatch) {
        if self.filter.takes(stream: batch.stream) { self.backlog.withLock { $0.add(batch) } }
    }

    /// The update of what was ingested before `time`.
    func update(before time: Timestamp) -> LiveTailSessionUpdate {
        let (batches, isIncomplete) = self.backlog.withLock { $0.take(before: time) }
        return self.filter.update(batches, isIncomplete: isIncomplete)
    }

    /// Drops what the client was too slow for.
    func drop(before time: Timestamp) { self.backlog.withLock { $0.drop(before: time) } }

    /// Stops listening; without effect the second time.
    package func end() {
        if let token = self.token.withLock({ $0.take() }) { self.broadcasts.end(token) }
    }
}
