package import ApusService

/// An operation on one queue.
///
/// The queue is looked up once, together with its policy, and the permission demanded on it before `perform` runs; so
/// there is no way to implement an operation of this kind that demands nothing.
package protocol QueueOperation: Operation {
    /// The action that must be allowed: `sqs:SendMessage`, for batches too.
    static var action: String { get }
    /// Whether the queue's policy can open the operation to other accounts.
    static var sharing: Queue.Sharing { get }
    static func queueURL(_ input: Input) -> String
    static func perform(_ input: Input, on queue: Queue, in call: inout Call) throws(ServiceError) -> Output
}

extension QueueOperation {
    package static var sharing: Queue.Sharing { .byPolicy }

    package static func demands(_ input: Input, in call: inout Call) throws(ServiceError) -> Demands {
        .none(because: "perform demands the action on the queue, where it looks it up with its policy")
    }

    package static func perform(_ input: Input, in call: inout Call) throws(ServiceError) -> Output {
        let queue = try Queue.authorized(url: self.queueURL(input), self.action, self.sharing, in: &call)
        return try self.perform(input, on: queue, in: &call)
    }
}
