/// Which environment of a revision an invocation gets, without I/O.
///
/// The most recently used ready environment comes first: its caches are warm, and the others stay frozen until they are ended.
/// When none is ready a new one is started, and the invocation takes whichever becomes ready first. Where invocations are very
/// short, waiting for a busy environment beats starting one: then the start is put off by `patienceNanoseconds`; and so does
/// waiting for one that gives memory back, which is idle and will be ready: then by `givingBackNanoseconds`.
package struct PoolMachine: Sendable {
    package typealias EnvironmentID = UInt64
    package typealias InvocationID = UInt64

    package enum Decision: Equatable, Sendable {
        case run(EnvironmentID)
        /// It waits; an environment is to be started for it.
        case start
        /// It waits for one that is starting or about to be free.
        case wait
        /// All environments are busy and no more may be started.
        case throttle
    }

    /// A waiting invocation and when it is due an environment of its own.
    private struct Waiting: Sendable {
        var invocation: InvocationID
        var patienceEnds: UInt64?
    }

    /// The expected wait below which waiting is tried, and how long it may then last.
    package static let shortNanoseconds: UInt64 = 500_000
    package static let patienceNanoseconds: UInt64 = 4_000_000
    /// Giving memory back is mostly over by then.
    package static let givingBackNanoseconds: UInt64 = 20_000_000

    package let maximum: Int
    private let waitingLimit: Int
    private var ready: [EnvironmentID] = []
    /// Those of the ready ones that give memory back just now. They keep their place.
    private var givingBack: Set<EnvironmentID> = []
    private var starting: Set<EnvironmentID> = []
    private var busy: Set<EnvironmentID> = []
    private var waiting: [Waiting] = []
    private var meanNanoseconds: UInt64?

    package init(maximum: Int, waitingLimit: Int = SandboxLimits.waitingInvocations) {
        precondition(maximum > 0, "a pool needs room for at least one environment")
        self.maximum = maximum
        self.waitingLimit = waitingLimit
    }

    package var environments: Int { self.ready.count + self.starting.count + self.busy.count }
    package var waitingCount: Int { self.waiting.count }
    package var isEmpty: Bool { self.environments == 0 && self.waiting.isEmpty }
    /// The idle environment that has been unused for longest: the first to be given up.
    package var leastRecentlyUsed: EnvironmentID? { self.ready.first { !self.givingBack.contains($0) } }
    /// The idle environments, the one that has been unused for longest first.
    package var idle: [EnvironmentID] { self.ready }
    package var startingCount: Int { self.starting.count }

    /// A new invocation. `machineHasRoom`: another environment could be started on this machine.
    package mutating func invoke(_ invocation: InvocationID, now: UInt64, machineHasRoom: Bool) -> Decision {
        if let index = self.ready.lastIndex(where: { !self.givingBack.contains($0) }) {
            let environment = self.ready.remove(at: index)
            self.busy.insert(environment)
            return .run(environment)
        }
        let mayStart = self.environments < self.maximum && machineHasRoom
        if self.busy.count + self.waiting.count < self.maximum {
            // One that was started for somebody who has been served since is as good as a new one.
            if self.starting.count > self.waiting.count {
                self.waiting.append(Waiting(invocation: invocation))
                return .wait
            }
            if self.starting.count + self.givingBack.count > self.waiting.count {
                self.waiting.append(Waiting(invocation: invocation, patienceEnds: now &+ Self.givingBackNanoseconds))
                return .wait
            }
            if mayStart, self.isWorthWaiting {
                self.waiting.append(Waiting(invocation: invocation, patienceEnds: now &+ Self.patienceNanoseconds))
                return .wait
            }
            if mayStart {
                self.waiting.append(Waiting(invocation: invocation))
                return .start
            }
        }
        guard self.starting.count > 0, self.waiting.count < self.starting.count + self.waitingLimit else {
            return .throttle
        }
        self.waiting.append(Waiting(invocation: invocation))
        return .wait
    }

    private var isWorthWaiting: Bool {
        guard let mean = self.meanNanoseconds, !self.busy.isEmpty else { return false }
        return UInt64(self.waiting.count + 1) * mean / UInt64(self.busy.count) < Self.shortNanoseconds
    }

    /// An environment is being started.
    package mutating func started(_ environment: EnvironmentID) { self.starting.insert(environment) }

    /// An environment is being started for an invocation that has already been taken from the queue.
    package mutating func startedBusy(_ environment: EnvironmentID) { self.busy.insert(environment) }

    /// An idle environment takes no event until it has given memory back; then it becomes ready.
    package mutating func givesBack(_ environment: EnvironmentID) { self.givingBack.insert(environment) }

    /// An environment has initialised, finished an invocation or given memory back. Returns the invocation it is to run now.
    package mutating func becameReady(_ environment: EnvironmentID) -> InvocationID? {
        let hasPlace = self.givingBack.remove(environment) != nil
        self.starting.remove(environment)
        self.busy.remove(environment)
        guard !self.waiting.isEmpty else {
            if !hasPlace { self.ready.append(environment) }
            return nil
        }
        if hasPlace { self.ready.removeAll { $0 == environment } }
        self.busy.insert(environment)
        return self.waiting.removeFirst().invocation
    }

    /// Counts a finished invocation towards the mean duration.
    package mutating func finished(nanoseconds: UInt64) {
        let bounded = min(nanoseconds, 1_000_000_000)
        self.meanNanoseconds = self.meanNanoseconds.map { ($0 &* 7 &+ bounded) / 8 } ?? bounded
    }

    /// An environment takes no more events.
    package mutating func gone(_ environment: EnvironmentID) {
        if self.starting.remove(environment) != nil || self.busy.remove(environment) != nil { return }
        self.givingBack.remove(environment)
        self.ready.removeAll { $0 == environment }
    }

    /// Takes the oldest waiting invocation: to fail it together with the environment that was started for it.
    package mutating func takeOldest() -> InvocationID? {
        self.waiting.isEmpty ? nil : self.waiting.removeFirst().invocation
    }

    package mutating func takeAll() -> [InvocationID] {
        defer { self.waiting.removeAll() }
        return self.waiting.map(\.invocation)
    }

    /// When `startsDue` will next have something to say because somebody's patience ends.
    package var deadline: UInt64? { self.waiting.lazy.compactMap(\.patienceEnds).min() }

    /// How many environments are to be started now: waiting invocations whose patience has ended and which no starting
    /// environment will serve.
    package mutating func startsDue(now: UInt64) -> Int {
        var due = 0
        for index in self.waiting.indices {
            if let ends = self.waiting[index].patienceEnds {
                guard now >= ends else { continue }
                self.waiting[index].patienceEnds = nil
            }
            due += 1
        }
        return max(0, min(due - self.starting.count, self.maximum - self.environments))
    }
}
