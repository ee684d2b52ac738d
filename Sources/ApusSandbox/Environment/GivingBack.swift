/// When an idle environment gives memory back to the machine: a value, no I/O. Times are monotonic nanoseconds.
///
/// It costs processor time, so it comes once for each time that an environment is idle for long, after it has worked, and not more
/// often than once in a while however its events come.
struct GivingBack: Sendable {
    /// The runtime can do it, and the environment is one that is to.
    var isWanted = false
    private let afterNanoseconds: UInt64
    private let apartNanoseconds: UInt64
    /// It has worked since it gave back: its initialisation counts.
    private var hasWorked = true
    private var earliest: UInt64 = 0

    init(_ settings: EnvironmentMachine.Settings) {
        self.afterNanoseconds = settings.giveBackAfterNanoseconds
        self.apartNanoseconds = settings.giveBackApartNanoseconds
    }

    /// When an environment that is idle since then is to give back; nil: not before it has had an event.
    func due(idleSince: UInt64) -> UInt64? {
        guard self.isWanted, self.hasWorked else { return nil }
        return max(idleSince &+ self.afterNanoseconds, self.earliest)
    }

    mutating func noteEvent() { self.hasWorked = true }

    mutating func begin(now: UInt64) {
        self.hasWorked = false
        self.earliest = now &+ self.apartNanoseconds
    }
}
