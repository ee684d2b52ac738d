internal import Glibc
internal import Synchronization

/// Puts whole lines on a descriptor without making those who log wait for it.
///
/// Lines gather in memory and a thread writes them, at most every `pauseMilliseconds`: a line costs its copy, not a system
/// call. Lines of level error and above are on the descriptor before `write` returns. What gathers is bounded: past
/// `limitBytes` lines are dropped and counted, and the count is a line of its own.
package final class LogWriter: Sendable {
    /// Whether a line may wait for the thread.
    package enum Urgency: Sendable { case gathered, immediate }

    private struct State {
        var pending: [UInt8] = []
        var dropped = 0
        var isStopped = false
    }

    package static let limitBytes = 1 << 20
    package static let pauseMilliseconds: UInt32 = 20

    private let state = Mutex(State())
    /// Held while writing, so that lines keep their order.
    private let output = Mutex(())
    private let wake: WakeUp
    private let descriptor: Int32
    private let droppedLine: @Sendable (Int) -> [UInt8]

    /// - Parameter droppedLine: makes the line that says how many were dropped.
    package init(descriptor: Int32, droppedLine: @escaping @Sendable (Int) -> [UInt8]) {
        self.descriptor = descriptor
        self.droppedLine = droppedLine
        self.wake = WakeUp()
        self.wake.startThread { [weak self] in self?.flushAfterPause() ?? .stop }
    }

    deinit { self.wake.signal() }

    /// Takes a whole line with its line feed.
    package func write(_ line: [UInt8], _ urgency: Urgency = .gathered) {
        self.write(urgency) { $0.append(contentsOf: line) }
    }

    /// Lets `append` add a whole line with its line feed to the bytes it is given. `append` must only append: it runs under
    /// a lock.
    package func write(_ urgency: Urgency, _ append: (inout [UInt8]) -> Void) {
        let isFirst = self.state.withLock { state in
            guard state.pending.count < Self.limitBytes else {
                state.dropped += 1
                return false
            }
            let wasEmpty = state.pending.isEmpty
            append(&state.pending)
            return wasEmpty
        }
        switch urgency {
        case .immediate: self.flush()
        case .gathered: if isFirst { self.wake.signal() }
        }
    }

    /// Puts everything that gathered on the descriptor. A descriptor that takes nothing loses the lines: a log must not stop
    /// the server.
    package func flush() {
        self.output.withLock { _ in
            let (bytes, dropped) = self.state.withLock { state in
                defer {
                    state.pending.removeAll(keepingCapacity: state.pending.count < 65_536)
                    state.dropped = 0
                }
                return (state.pending, state.dropped)
            }
            self.put(bytes)
            if dropped > 0 { self.put(self.droppedLine(dropped)) }
        }
    }

    /// Flushes and ends the thread. Lines that come later are lost.
    package func stop() {
        self.state.withLock { $0.isStopped = true }
        self.flush()
        self.wake.signal()
    }

    private func flushAfterPause() -> WakeUp.Next {
        if !self.state.withLock({ $0.isStopped }) { usleep(Self.pauseMilliseconds * 1_000) }
        self.flush()
        return self.state.withLock { $0.isStopped } ? .stop : .wait
    }

    private func put(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = Glibc.write(self.descriptor, buffer.baseAddress! + done, buffer.count - done)
                if count > 0 { done += count } else if count == 0 || errno != EINTR { return }
            }
        }
    }
}
