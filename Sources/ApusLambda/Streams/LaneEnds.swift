internal import Synchronization

/// Counts lanes that run side by side to their ends.
final class LaneEnds: Sendable {
    private struct State {
        var left: Int
        var states: [[UInt8]] = []
        var isWhole = true
    }
    private let state: Mutex<State>

    init(_ count: Int) { self.state = Mutex(State(left: count)) }

    /// Notes one end, nil for a lane that was stopped; with the last of them, what came of all.
    func add(_ end: [UInt8]?) -> (states: [[UInt8]], isWhole: Bool)? {
        self.state.withLock { state in
            state.left -= 1
            if let end { state.states.append(end) } else { state.isWhole = false }
            return state.left == 0 ? (state.states, state.isWhole) : nil
        }
    }
}
