internal import ApusBase

/// Which events to start now, of those that one scan passes in the order of their times.
struct DeliveryPlan {
    struct Event: Sendable {
        var id: UInt64
        /// nil: written by a release that did not say; such events have no bound of their own.
        var function: UInt64?
    }
    private let now: Timestamp
    private let inFlight: Set<UInt64>
    private var running: [UInt64: Int]
    private var passed = 0
    private(set) var started: [Event] = []
    /// The earliest that is neither in flight nor started: later scans begin here.
    private(set) var firstLeft: Timestamp?
    /// The latest that was looked at.
    private(set) var last: Timestamp?
    /// The earliest that is not due yet.
    private(set) var next: Timestamp?

    init(now: Timestamp, inFlight: Set<UInt64>, running: [UInt64: Int]) {
        self.now = now
        self.inFlight = inFlight
        self.running = running
    }

    mutating func look(at key: InvocationDueKey, of function: UInt64?) {
        self.passed += 1
        self.last = key.due
        if self.inFlight.contains(key.id) { return }
        if key.due > self.now {
            self.next = key.due
            self.firstLeft = self.firstLeft ?? key.due
            return
        }
        let count = function.map { self.running[$0, default: 0] } ?? 0
        guard count < AsyncInvocations.concurrencyOfFunction,
            self.inFlight.count + self.started.count < AsyncInvocations.concurrency
        else {
            self.firstLeft = self.firstLeft ?? key.due
            return
        }
        if let function { self.running[function] = count + 1 }
        self.started.append(Event(id: key.id, function: function))
    }

    /// Whether looking further changes nothing: what follows is later, or there is no room, or enough was looked at.
    func isFull(scanned: Int) -> Bool {
        self.next != nil || self.passed >= scanned
            || self.inFlight.count + self.started.count >= AsyncInvocations.concurrency
    }
}
