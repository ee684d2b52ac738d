package import ApusBase
package import ApusStore

/// An operation that answers with a stream of events, for as long as it likes: each event is made in a small transaction of its
/// own, on a snapshot, and only when the caller has taken the one before. It holds no thread while it waits.
///
/// Demands and `begin` run in one transaction; their errors are answered as those of any operation.
package protocol StreamOperation: SendableMetatype {
    associatedtype Input: Sendable
    /// What is answered beside the events.
    associatedtype Output: Sendable
    associatedtype Event: Sendable
    /// What the operation keeps from one step to the next, in memory; bounded, as it lives as long as the stream.
    associatedtype State: Sendable

    /// The permissions needed, as those of `Operation`.
    static func demands(_ input: Input, in call: inout Call) throws(ServiceError) -> Demands

    /// Checks the input and makes what the stream begins with, on a snapshot.
    static func begin(_ input: Input, in call: inout Call) throws(ServiceError) -> (output: Output, state: State)

    /// The next event, on a snapshot at the present time. An error is sent as the stream's last message. A step that finds
    /// nothing names the channel that it waits on, the same each time; of several streams that wait on one channel a signal
    /// wakes the one that has waited longest, the others see the change at their `wakeAt`.
    static func next(_ state: inout State, in call: inout Call) throws(ServiceError) -> StreamStep<Event>

    /// The stream is over, by its end, by an error, or since the caller has gone. Called once, from any thread.
    static func end(_ state: State)
}

/// What a step of a stream found.
package enum StreamStep<Event: Sendable>: Sendable {
    case event(Event)
    /// Nothing until `channel` is signalled, or until `wakeAt`.
    case nothing(channel: Channel, wakeAt: Timestamp)
    case end
}
