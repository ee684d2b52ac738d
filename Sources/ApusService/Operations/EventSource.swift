/// The events of an answer, one at a time and only when the caller has taken the one before. Who lets go of it ends it.
package protocol EventSource: AnyObject, Sendable {
    associatedtype Event: Sendable

    /// Has `deliver` called once with the next event, as soon as there is one; never after `cancel`.
    func next(_ deliver: @escaping @Sendable (EventOutcome<Event>) -> Void)

    /// The caller is gone. From any thread.
    func cancel()

    /// The server is about to stop: a stream that might go on for ever is to end soon. From any thread.
    func wrapUp()
}

/// What a caller gets who asked for an event.
package enum EventOutcome<Event: Sendable>: Sendable {
    case event(Event)
    case end
    /// The last: the error that ends the stream.
    case failure(ServiceError)
}
