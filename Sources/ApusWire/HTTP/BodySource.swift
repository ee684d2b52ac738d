/// A body that is sent in parts as they come, such as an event stream. Whoever sends it asks for one part at a time, and for
/// the next once the last was taken by the peer: nothing piles up for a slow reader but what the source itself keeps.
///
/// A source that is let go before its end was never, or no longer, listened to: it cleans up when it is deinitialised.
package protocol BodySource: AnyObject, Sendable {
    /// Asks for the next part; not before the last one came, nor after the end. `deliver` is called once, from any thread,
    /// perhaps before this returns, unless the source is cancelled meanwhile. May be called on an event loop: must not block.
    func next(_ deliver: @escaping @Sendable (BodyPart) -> Void)

    /// The peer is gone: no part is asked for again. From any thread.
    func cancel()

    /// The server is about to stop: a body that might go on for ever is to end soon. From any thread.
    func wrapUp()
}

/// What a source has next.
package enum BodyPart: Sendable {
    case bytes([UInt8])
    /// The body is whole.
    case end
    /// The body cannot be completed: the connection is cut off, so that nobody takes it for whole.
    case failure
}
