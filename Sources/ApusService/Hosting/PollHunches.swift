internal import ApusBase
internal import Synchronization

/// Whether the last poll of a place found something. A guess that saves a look: nothing depends on it but the cost, so it
/// is kept in memory, and places share slots by their hash.
final class PollHunches: Sendable {
    enum Hunch { case good, bad }
    /// The slot of a place.
    struct Place: Sendable {
        fileprivate let slot: Int

        init(_ name: String) { self.slot = SlotHash.slot(of: Array(name.utf8), among: PollHunches.slots) }
    }
    private static let slots = 4_096
    private let good = Mutex([Bool](repeating: false, count: PollHunches.slots))

    func isGood(_ place: Place) -> Bool { self.good.withLock { $0[place.slot] } }
    func set(_ place: Place, _ hunch: Hunch) { self.good.withLock { $0[place.slot] = hunch == .good } }
}
