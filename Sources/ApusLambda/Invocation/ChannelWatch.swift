internal import ApusBase
internal import ApusService
internal import ApusStore
internal import Synchronization

/// Has the next change of what a step looks at wake it.
final class ChannelWatch: Sendable {
    private let channel: Channel
    /// Whether somebody wakes the step when something changes.
    private let isSet = Mutex(false)
    private static let patienceMilliseconds: Int64 = 600_000

    init(_ channel: Channel) { self.channel = channel }

    /// Looks come after, so that no change is missed.
    func set(on host: ServiceHost, waking step: HostStep) {
        let board = host.store.board
        let seen = board.version(of: self.channel)
        let isNew = self.isSet.withLock { isSet in
            defer { isSet = true }
            return !isSet
        }
        guard isNew else { return }
        let deadline = host.clock.now + Self.patienceMilliseconds
        board.wait(on: self.channel, seen: seen, wakeAt: nil, deadline: deadline) { [weak self, weak step] _ in
            self?.isSet.withLock { $0 = false }
            step?.wake()
        }
    }
}
