package import ApusBase
package import ApusStore

/// One AWS operation: a stateless type, named as AWS names it. All that comes in comes through `Call`.
///
/// `demands` and `perform` run in one transaction, synchronously; both may run again.
package protocol Operation: SendableMetatype {
    associatedtype Input: Sendable
    associatedtype Output: Sendable

    /// Whether `perform` writes. A reading operation runs at once on a snapshot.
    static var access: OperationAccess { get }

    /// The permissions needed, all of which must be allowed before `perform` runs. An error here answers the caller too, so
    /// it must not tell a stranger more than AWS does.
    static func demands(_ input: Input, in call: inout Call) throws(ServiceError) -> Demands

    /// Reads, decides, writes, answers.
    static func perform(_ input: Input, in call: inout Call) throws(ServiceError) -> Output
}

/// What an operation does to the store.
package enum OperationAccess: Sendable { case read, write }

/// An operation that may wait for something to come: looks on a snapshot first, so that an empty look does not reach the
/// writer, unless the last poll of its place found something. A `perform` that finds nothing must write nothing.
package protocol PollOperation: Operation {
    /// How long the caller is ready to wait. Errors answer at once.
    static func patienceMilliseconds(_ input: Input, in call: inout Call) throws(ServiceError) -> Int64

    /// On a snapshot, after the demands were allowed: is there anything for `perform` to take?
    static func look(_ input: Input, in call: inout Call) throws(ServiceError) -> Sight

    /// What the poll is about, whoever asks: polls of one place that found something let the next try to take at once.
    static func place(_ input: Input) -> String

    /// Whether this output is that of an attempt that found nothing, so that the caller should go on waiting.
    static func isEmpty(_ output: Output) -> Bool

    /// The answer to a caller whose patience ended.
    static func emptyOutput(_ input: Input) -> Output
}

/// What a look found.
package enum Sight: Sendable {
    case something
    /// Nothing until `channel` is signalled, or until `wakeAt`.
    case nothing(channel: Channel, wakeAt: Timestamp?)
}

/// An operation in durable steps, each its own transaction, which may wait for things outside the store: files, functions.
/// Each step revalidates what it relies on. A value that holds what it works with beside the store.
package protocol Procedure: Sendable {
    associatedtype Input: Sendable
    associatedtype Output: Sendable

    /// Runs on the connection's event loop: must not block. The first transaction checks the demands (`Call.require`).
    func perform(_ input: Input, in session: Session) async throws(ServiceError) -> Output
}

/// A procedure that answers with a stream of events, which come from outside the store: what a function streams.
package protocol StreamingProcedure: Sendable {
    associatedtype Input: Sendable
    /// What is answered beside the events.
    associatedtype Output: Sendable
    associatedtype Events: EventSource

    /// Runs on the connection's event loop: must not block. The first transaction checks the demands (`Call.require`). What it
    /// throws is answered as an error; once it has returned, an error ends the stream.
    func perform(_ input: Input, in session: Session) async throws(ServiceError) -> (output: Output, events: Events)
}
