/// How many processes wait for a function, and of which kind, without I/O.
///
/// A kind is wanted from when a function for it is made or started, for `idleNanoseconds`; as long as it is, `perKind` processes
/// of it wait, and of all kinds together no more than `total`: those wanted last come first.
package struct WaitingMachine<Kind: Hashable & Sendable>: Sendable {
    package typealias ProcessID = UInt64

    package struct Settings: Sendable {
        package var perKind: Int
        package var total: Int
        package var idleNanoseconds: UInt64
        /// How long nothing is started of a kind of which a process has ended by itself.
        package var pauseNanoseconds: UInt64

        package init(perKind: Int, total: Int, idleNanoseconds: UInt64, pauseNanoseconds: UInt64) {
            self.perKind = perKind
            self.total = total
            self.idleNanoseconds = idleNanoseconds
            self.pauseNanoseconds = pauseNanoseconds
        }
    }

    private struct Entry: Sendable {
        /// Oldest first.
        var processes: [ProcessID] = []
        var wantedAt: UInt64
        var pausedUntil: UInt64 = 0
    }

    private let settings: Settings
    private var entries: [Kind: Entry] = [:]
    /// Nothing is started until then: the machine lacks memory.
    private var pausedUntil: UInt64 = 0

    package init(settings: Settings) { self.settings = settings }

    package var count: Int { self.entries.values.reduce(0) { $0 + $1.processes.count } }

    package func count(of kind: Kind) -> Int { self.entries[kind]?.processes.count ?? 0 }

    package func contains(_ id: ProcessID) -> Bool { self.entries.values.contains { $0.processes.contains(id) } }

    /// A function of this kind is there.
    package mutating func want(_ kind: Kind, now: UInt64) {
        guard self.settings.perKind > 0 else { return }
        self.entries[kind, default: Entry(wantedAt: now)].wantedAt = now
    }

    /// The process that has waited longest of those that are ready. It is a function's now, and never comes back.
    package mutating func take(_ kind: Kind, now: UInt64, isReady: (ProcessID) -> Bool = { _ in true }) -> ProcessID? {
        self.want(kind, now: now)
        guard let index = self.entries[kind]?.processes.firstIndex(where: isReady) else { return nil }
        return self.entries[kind]?.processes.remove(at: index)
    }

    /// The kind of which a process is to be started now, and which one is to be ended in its favour.
    package func next(now: UInt64) -> (kind: Kind, instead: ProcessID?)? {
        guard now >= self.pausedUntil, self.settings.total > 0 else { return nil }
        let lacking = self.entries.filter {
            $0.value.processes.count < self.settings.perKind && now >= $0.value.pausedUntil
                && now - $0.value.wantedAt < self.settings.idleNanoseconds
        }
        guard let wanted = lacking.max(by: { $0.value.wantedAt < $1.value.wantedAt }) else { return nil }
        guard self.count >= self.settings.total else { return (wanted.key, nil) }
        let given = self.entries.filter { !$0.value.processes.isEmpty && $0.value.wantedAt < wanted.value.wantedAt }
        guard let victim = given.min(by: { $0.value.wantedAt < $1.value.wantedAt })?.value.processes.first else {
            return nil
        }
        return (wanted.key, victim)
    }

    package mutating func started(_ id: ProcessID, _ kind: Kind) { self.entries[kind]?.processes.append(id) }

    /// It waits no more, since it is to be ended.
    package mutating func remove(_ id: ProcessID) {
        for kind in self.entries.keys { self.entries[kind]?.processes.removeAll { $0 == id } }
    }

    /// It has ended by itself, or could not be started.
    package mutating func failed(_ id: ProcessID, _ kind: Kind, now: UInt64) {
        self.remove(id)
        self.entries[kind]?.pausedUntil = now &+ self.settings.pauseNanoseconds
    }

    /// Those of kinds that nobody has wanted for long; they wait no more.
    package mutating func expire(now: UInt64) -> [ProcessID] {
        let old = self.entries.filter { now - $0.value.wantedAt >= self.settings.idleNanoseconds }
        for kind in old.keys { self.entries[kind] = nil }
        return old.values.flatMap(\.processes)
    }

    /// All of them, which wait no more; nothing is started for a while.
    package mutating func takeAll(pauseUntil: UInt64) -> [ProcessID] {
        self.pausedUntil = pauseUntil
        let all = self.entries.values.flatMap(\.processes)
        for kind in self.entries.keys { self.entries[kind]?.processes = [] }
        return all
    }
}
