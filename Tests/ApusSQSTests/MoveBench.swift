import ApusBase
import ApusService
import ApusTestSupport

@testable import ApusSQS

/// A server whose move worker runs, and short names for what tests do with move tasks.
struct MoveBench {
    let bench: QueueBench
    private let worker: WorkerRun

    init() {
        self.bench = QueueBench()
        self.worker = WorkerRun(MoveWorker(), host: self.bench.bench.host)
    }

    /// A queue with a dead-letter queue, to which a message goes after one receive.
    func create(_ name: String, dead: String) throws(ServiceError) -> String {
        if try self.bench.run(ListQueues.self, ListQueuesInput(queueNamePrefix: dead)).queueUrls == nil {
            try self.bench.create(dead)
        }
        let policy = #"{"deadLetterTargetArn":"\#(QueueBench.arn(dead))","maxReceiveCount":1}"#
        return try self.bench.create(name, ["RedrivePolicy": policy])
    }

    /// Sends messages and has them go to the dead-letter queue.
    func kill(_ url: String, _ bodies: [String], group: String? = nil) throws(ServiceError) {
        for body in bodies {
            try self.bench.send(url, body, group: group, id: group == nil ? nil : body)
            for _ in 0..<2 { _ = try self.bench.receive(url, 1, timeout: 0) }
        }
    }

    @discardableResult
    func start(
        _ source: String, to destination: String? = nil, rate: Int? = nil, as principal: Principal? = nil
    ) throws(ServiceError) -> String {
        let output = try self.bench.run(
            StartMessageMoveTask.self,
            StartMessageMoveTaskInput(
                sourceArn: QueueBench.arn(source), destinationArn: destination.map { QueueBench.arn($0) },
                maxNumberOfMessagesPerSecond: rate), as: principal)
        return output.taskHandle ?? ""
    }

    func tasks(_ source: String, _ limit: Int? = nil) throws(ServiceError) -> [ListMessageMoveTasksResultEntry] {
        try self.bench.run(
            ListMessageMoveTasks.self,
            ListMessageMoveTasksInput(sourceArn: QueueBench.arn(source), maxResults: limit)
        ).results ?? []
    }

    func statuses(_ source: String) throws(ServiceError) -> [String?] { try self.tasks(source, 10).map { $0.status } }

    @discardableResult
    func cancel(_ handle: String) throws(ServiceError) -> Int? {
        try self.bench.run(CancelMessageMoveTask.self, CancelMessageMoveTaskInput(taskHandle: handle))
            .approximateNumberOfMessagesMoved
    }

    func refusal(_ body: () throws(ServiceError) -> Void) -> String? {
        self.bench.refusal(body).map { "\($0.oldCode): \($0.message)" }
    }
}
