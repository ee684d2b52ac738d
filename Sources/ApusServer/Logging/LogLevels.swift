package import Logging
internal import Synchronization

/// Which lines are written: a level for all, and levels of their own for some categories. May be changed while the server runs;
/// a change holds until the server ends.
///
/// A category is the label of a logger, or `request` for the lines of requests. To look costs a relaxed load, and a lock only
/// while some category has a level of its own.
package final class LogLevels: Sendable {
    /// What a server writes about, whether it did already or not.
    static let categories = ["admin", "functions", "init", "request", "settings", "upgrade"]

    /// As `apus log-level` shows them.
    package struct Picture: Sendable, Equatable {
        package var level: Logger.Level
        /// Every category that there is, in order, with the level that counts for it.
        package var categories: [(name: String, level: Logger.Level)]

        package static func == (a: Picture, b: Picture) -> Bool {
            a.level == b.level && a.categories.elementsEqual(b.categories) { $0 == $1 }
        }
    }

    private struct State {
        var known: Set<String>
        var own: [String: Logger.Level] = [:]
    }

    private let common: Atomic<Int>
    private let hasOwn = Atomic<Bool>(false)
    private let state: Mutex<State>

    package init(_ level: Logger.Level) {
        self.common = Atomic(Self.number(level))
        self.state = Mutex(State(known: Set(Self.categories)))
    }

    /// The level that counts for a category.
    package func level(of category: String) -> Logger.Level {
        if self.hasOwn.load(ordering: .relaxed), let own = self.state.withLock({ $0.own[category] }) { return own }
        return Logger.Level.allCases[self.common.load(ordering: .relaxed)]
    }

    /// Makes a category known.
    func note(_ category: String) { self.state.withLock { _ = $0.known.insert(category) } }

    /// Sets the level for all; those of single categories stay.
    package func set(_ level: Logger.Level) { self.common.store(Self.number(level), ordering: .relaxed) }

    /// Sets the level of one category, or with nil has it follow the level for all. False where there is no such category.
    package func set(_ level: Logger.Level?, of category: String) -> Bool {
        self.state.withLock { state in
            guard state.known.contains(category) else { return false }
            state.own[category] = level
            self.hasOwn.store(!state.own.isEmpty, ordering: .relaxed)
            return true
        }
    }

    package var picture: Picture {
        let known = self.state.withLock { $0.known.sorted() }
        return Picture(
            level: Logger.Level.allCases[self.common.load(ordering: .relaxed)],
            categories: known.map { ($0, self.level(of: $0)) })
    }

    private static func number(_ level: Logger.Level) -> Int { Logger.Level.allCases.firstIndex(of: level) ?? 0 }
}
