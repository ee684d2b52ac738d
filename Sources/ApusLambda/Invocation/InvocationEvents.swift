internal import ApusBase
package import ApusService
internal import Synchronization

/// The events of InvokeWithResponseStream: the chunks of the answer as they come, and at last what became of the invocation.
package final class InvocationEvents: EventSource {
    package typealias Event = InvokeWithResponseStreamResponseEvent
    package enum Log: Sendable { case none, tail }

    private struct State {
        /// What has come and was not handed on.
        var ready: [ResponseStream.Part] = []
        var isStreamed = false
        /// The event after which there is nothing more.
        var last: Event?
        var isOver = false
    }
    private let stream: ResponseStream?
    private let log: Log
    private let state: Mutex<State>

    /// - Parameter first: what came already.
    init(_ stream: ResponseStream, first: ResponseStream.Part, log: Log) {
        self.stream = stream
        self.log = log
        self.state = Mutex(State(ready: [first]))
    }

    /// No events at all.
    init() {
        self.stream = nil
        self.log = .none
        self.state = Mutex(State(isOver: true))
    }

    deinit { self.stream?.cancel() }

    package func next(_ deliver: @escaping @Sendable (EventOutcome<Event>) -> Void) {
        let (outcome, ready): (EventOutcome<Event>?, ResponseStream.Part?) = self.state.withLock { state in
            if let last = state.last.take() { return (.event(last), nil) }
            if state.isOver { return (.end, nil) }
            return (nil, state.ready.popLast())
        }
        if let outcome { return deliver(outcome) }
        if let ready { return self.take(ready, deliver) }
        self.stream?.next { self.take($0, deliver) }
    }

    package func cancel() { self.stream?.cancel() }

    /// It ends with its invocation, which ends with the server.
    package func wrapUp() {}

    private func take(_ part: ResponseStream.Part, _ deliver: @escaping @Sendable (EventOutcome<Event>) -> Void) {
        switch part {
        case .begin:
            self.state.withLock { $0.isStreamed = true }
            self.next(deliver)
        case .bytes(let bytes): deliver(.event(.payloadChunk(InvokeResponseStreamUpdate(payload: bytes))))
        case .end: self.next(deliver)
        case .over(.failure(let error)):
            self.state.withLock { $0.isOver = true }
            deliver(.failure(FunctionInvocations.answer(error)))
        case .over(.success(let outcome)): deliver(.event(self.finish(outcome)))
        }
    }

    /// The last event, or the one before it.
    private func finish(_ outcome: InvocationOutcome) -> Event {
        var complete = InvokeWithResponseStreamCompleteEvent()
        if self.log == .tail { complete.logResult = Base64.encode(outcome.logTail) }
        if outcome.functionError != nil {
            complete.errorCode = (try? JSONValue(parsing: outcome.payload))?["errorType"]?.stringValue ?? "Unhandled"
            complete.errorDetails = String(decoding: outcome.payload, as: UTF8.self)
        }
        return self.state.withLock { state in
            state.isOver = true
            if state.isStreamed || outcome.functionError != nil { return .invokeComplete(complete) }
            state.last = .invokeComplete(complete)
            return .payloadChunk(InvokeResponseStreamUpdate(payload: outcome.payload))
        }
    }
}
