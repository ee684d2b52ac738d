/// Which versions of functions have a snapshot, without I/O: by revision, so that none serves another version or another account.
///
///     making ──ready──▶ ready ──lost, given up, too old──▶ (none)
///       └──off, failed──▶ off until a time ──▶ (none)
package struct SnapshotMachine: Sendable {
    package typealias TemplateID = UInt64

    package struct Settings: Sendable {
        /// Templates at once.
        package var maximum: Int
        /// How long none is tried of a version of which none could be made.
        package var pauseNanoseconds: UInt64

        package init(maximum: Int, pauseNanoseconds: UInt64) {
            self.maximum = maximum
            self.pauseNanoseconds = pauseNanoseconds
        }
    }

    private enum State: Sendable {
        case making(TemplateID)
        /// Its credentials are good until then.
        case ready(TemplateID, until: UInt64, usedAt: UInt64)
        case off(until: UInt64)

        var template: TemplateID? {
            switch self {
            case .making(let id), .ready(let id, _, _): id
            case .off: nil
            }
        }
    }

    private let settings: Settings
    private var states: [String: State] = [:]

    package init(settings: Settings) { self.settings = settings }

    /// Those that are there or on their way.
    package var count: Int { self.states.values.count { $0.template != nil } }

    /// The template to be forked from now.
    package mutating func use(_ revision: String, now: UInt64) -> TemplateID? {
        guard case .ready(let id, let until, _) = self.states[revision], now < until else { return nil }
        self.states[revision] = .ready(id, until: until, usedAt: now)
        return id
    }

    package func isMaking(_ id: TemplateID, of revision: String) -> Bool {
        if case .making(id) = self.states[revision] { return true }
        return false
    }

    /// Whether one is to be made, since there is none that is good. `isUrgent`: whatever came of earlier tries.
    package func isWanted(_ revision: String, now: UInt64, isUrgent: Bool = false) -> Bool {
        switch self.states[revision] {
        case nil: true
        case .making: false
        case .ready(_, let until, _): now >= until
        case .off(let until): isUrgent || now >= until
        }
    }

    /// One is being made. Returns those that are to be ended: the one before it, and the one that was unused for longest, where
    /// there are too many. Nil: there are too many, and all are being made.
    package mutating func made(_ id: TemplateID, of revision: String) -> [TemplateID]? {
        var ended: [TemplateID] = []
        if let before = self.states[revision]?.template { ended.append(before) }
        self.states[revision] = nil
        if self.count >= self.settings.maximum {
            guard let oldest = self.oldest(among: { _ in true }) else { return nil }
            ended += self.remove(oldest)
        }
        self.states[revision] = .making(id)
        return ended
    }

    /// False where it is not wanted any more.
    package mutating func ready(_ id: TemplateID, of revision: String, until: UInt64, now: UInt64) -> Bool {
        guard case .making(id) = self.states[revision] else { return false }
        self.states[revision] = .ready(id, until: until, usedAt: now)
        return true
    }

    /// Whether it is worth another try that none could be made.
    package enum Prospect: Sendable { case later, never }

    /// It could not be made, or has failed at what it is for.
    package mutating func failed(_ id: TemplateID, of revision: String, _ prospect: Prospect = .later, now: UInt64) {
        guard self.states[revision]?.template == id else { return }
        self.states[revision] = .off(until: prospect == .never ? .max : now &+ self.settings.pauseNanoseconds)
    }

    /// It has ended. It is made again when it is wanted.
    package mutating func lost(_ id: TemplateID, of revision: String) {
        if self.states[revision]?.template == id { self.states[revision] = nil }
    }

    /// The revision is no more, or its template is given up. Returns it.
    package mutating func remove(_ revision: String) -> [TemplateID] {
        self.states.removeValue(forKey: revision)?.template.map { [$0] } ?? []
    }

    /// Those whose credentials have ended.
    package mutating func expire(now: UInt64) -> [TemplateID] {
        let old = self.states.filter { entry in
            if case .ready(_, let until, _) = entry.value { return now >= until }
            return false
        }
        return old.keys.sorted().flatMap { self.remove($0) }
    }

    /// The revision whose template was unused for longest.
    package func oldest(among isChosen: (String) -> Bool) -> String? {
        self.states.compactMap { revision, state -> (revision: String, usedAt: UInt64)? in
            guard case .ready(_, _, let usedAt) = state, isChosen(revision) else { return nil }
            return (revision, usedAt)
        }.min { $0.usedAt < $1.usedAt }?.revision
    }
}
