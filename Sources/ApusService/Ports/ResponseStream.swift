internal import Synchronization

/// A function's answer on its way from its environment to a caller who takes it in parts.
///
/// One writes, one reads. What lies between them is bounded: once `capacityBytes` wait, the writer is told to stop until the
/// reader has taken them. Where the reader goes away what is written is thrown away: the function runs on, as in Lambda.
package final class ResponseStream: Sendable {
    /// In this order: `begin`, `bytes` and `end` only where the runtime streams; `over` always, and last.
    package enum Part: Sendable {
        /// The runtime has begun to stream; the content type is what it says of its answer.
        case begin(contentType: String?)
        case bytes([UInt8])
        /// The answer is whole. What the function does now still belongs to its invocation.
        case end
        /// The invocation is over. Its payload is the whole answer where nothing was streamed, or the error.
        case over(Result<InvocationOutcome, RunnerError>)
    }
    package enum Room: Sendable { case free, full }

    private struct State {
        var parts: [Part] = []
        var bytes = 0
        var isCancelled = false
        var isOver = false
        /// Who waits for a part.
        var reader: (@Sendable (Part) -> Void)?
        /// What the writer wants to hear once there is room again.
        var drained: (@Sendable () -> Void)?
    }
    package static let capacityBytes = 1024 * 1024
    private let state = Mutex(State())

    package init() {}

    // MARK: The writer's side

    package func begin(contentType: String?) { self.add(.begin(contentType: contentType), bytes: 0) }

    /// Adds bytes. After `full` nothing more is to be written until `drained`, which is called once, from any thread.
    package func write(_ bytes: [UInt8], drained: @escaping @Sendable () -> Void) -> Room {
        self.add(.bytes(bytes), bytes: bytes.count)
        return self.state.withLock { state in
            guard !state.isCancelled, state.bytes >= Self.capacityBytes else { return .free }
            state.drained = drained
            return .full
        }
    }

    package func end() { self.add(.end, bytes: 0) }

    /// The invocation is over. Called once.
    package func finish(_ result: Result<InvocationOutcome, RunnerError>) { self.add(.over(result), bytes: 0) }

    private func add(_ part: Part, bytes: Int) {
        let reader: (@Sendable (Part) -> Void)? = self.state.withLock { state in
            guard !state.isCancelled, !state.isOver else { return nil }
            if case .over = part { state.isOver = true }
            if let reader = state.reader.take() { return reader }
            state.parts.append(part)
            state.bytes += bytes
            return nil
        }
        reader?(part)
    }

    // MARK: The reader's side

    /// Has `deliver` called once with the next part, perhaps before this returns; never after `cancel`. Not to be called again
    /// before that, nor after `over`.
    package func next(_ deliver: @escaping @Sendable (Part) -> Void) {
        let (part, drained): (Part?, (@Sendable () -> Void)?) = self.state.withLock { state in
            if state.isCancelled { return (nil, nil) }
            guard !state.parts.isEmpty else {
                state.reader = deliver
                return (nil, nil)
            }
            let part = state.parts.removeFirst()
            if case .bytes(let bytes) = part { state.bytes -= bytes.count }
            return (part, state.bytes < Self.capacityBytes / 2 ? state.drained.take() : nil)
        }
        drained?()
        if let part { deliver(part) }
    }

    /// The next part; not after `cancel`.
    package func next() async -> Part {
        await withCheckedContinuation { continuation in self.next { continuation.resume(returning: $0) } }
    }

    /// The reader has gone.
    package func cancel() {
        let drained = self.state.withLock { state in
            state.isCancelled = true
            state.parts = []
            state.bytes = 0
            state.reader = nil
            return state.drained.take()
        }
        drained?()
    }
}
