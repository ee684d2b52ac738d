import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@testable import ApusSQS

/// What becomes of a move task.
@Suite struct MoveTaskStateTests {
    private let move = MoveBench()
    private var bench: QueueBench { self.move.bench }

    /// A dead-letter queue with so many messages of the queue `a`.
    private func fill(_ count: Int) throws {
        try self.move.kill(try self.move.create("a", dead: "dead"), (0..<count).map { "\($0)" })
    }

    private func moved() throws -> Int? { try self.move.tasks("dead").first?.approximateNumberOfMessagesMoved }

    // MARK: Rate

    @Test func `a rate is kept in every second`() throws {
        try self.fill(40)
        try self.move.start("dead", rate: 10)
        for second in 1...3 {
            self.bench.bench.advance(milliseconds: 999)
            #expect(try self.moved() == second * 10)
            self.bench.bench.advance(milliseconds: 1)
        }
        self.bench.bench.advance(seconds: 2)
        #expect(try self.move.statuses("dead") == ["COMPLETED"])
        #expect(try self.moved() == 40)
    }

    @Test func `a server that was down has nothing to catch up on`() throws {
        try self.fill(40)
        try self.move.start("dead", rate: 10)
        self.bench.bench.advance(milliseconds: 500)
        let before = try #require(try self.moved())
        // No step runs while only the clock moves.
        self.bench.bench.clock.advance(milliseconds: 60_000)
        self.bench.bench.driver.settle()
        #expect(try self.moved() == before + 1)
    }

    @Test func `a server that starts with its clock gone back goes on at once`() throws {
        try self.fill(10)
        try self.move.start("dead", rate: 10)
        self.bench.bench.clock.set(self.bench.now - 3_600_000)
        let worker = WorkerRun(MoveWorker(), host: self.bench.bench.host)
        self.bench.bench.advance(seconds: 2)
        #expect(worker.failures == 0)
        #expect(try self.move.statuses("dead") == ["COMPLETED"])
    }

    @Test func `pace: a tenth of a second's messages, then a tenth of a second`() {
        #expect(MovePace(rate: 500).messagesPerStep == 50)
        #expect(MovePace(rate: 500).pauseMilliseconds(after: 50) == 100)
        #expect(MovePace(rate: 1).messagesPerStep == 1)
        #expect(MovePace(rate: 1).pauseMilliseconds(after: 1) == 1_000)
        #expect(MovePace(rate: 3).pauseMilliseconds(after: 1) == 334)
        #expect(MovePace(rate: nil).pauseMilliseconds(after: 100) == 0)
    }

    // MARK: Listing and cancelling

    @Test func `a running task has a handle, by which it is cancelled; what was moved stays moved`() throws {
        try self.fill(5)
        let handle = try self.move.start("dead", rate: 1)
        let running = try #require(try self.move.tasks("dead").first)
        #expect(running.status == "RUNNING" && running.taskHandle == handle)
        #expect(running.maxNumberOfMessagesPerSecond == 1 && running.approximateNumberOfMessagesToMove == 5)
        #expect(try self.move.cancel(handle) == 1)
        let ended = try #require(try self.move.tasks("dead").first)
        #expect(ended.status == "CANCELLED" && ended.taskHandle == nil)
        self.bench.bench.advance(seconds: 10)
        #expect(try self.bench.counts(QueueBench.url("dead")) == [4, 0, 0])
    }

    @Test func `until its next step a cancelled task is CANCELLING, and still the only one`() throws {
        let bench = QueueBench()
        try bench.create("dead")
        let policy = #"{"deadLetterTargetArn":"\#(QueueBench.arn("dead"))","maxReceiveCount":1}"#
        try bench.create("a", ["RedrivePolicy": policy])
        let start = StartMessageMoveTaskInput(sourceArn: QueueBench.arn("dead"))
        let handle = try bench.run(StartMessageMoveTask.self, start).taskHandle ?? ""
        let cancel = CancelMessageMoveTaskInput(taskHandle: handle)
        _ = try bench.run(CancelMessageMoveTask.self, cancel)
        let list = ListMessageMoveTasksInput(sourceArn: QueueBench.arn("dead"))
        #expect(try bench.run(ListMessageMoveTasks.self, list).results?.first?.status == "CANCELLING")
        let again = bench.refusal { () throws(ServiceError) in _ = try bench.run(CancelMessageMoveTask.self, cancel) }
        #expect(again?.oldCode == "AWS.SimpleQueueService.UnsupportedOperation")
        let second = bench.refusal { () throws(ServiceError) in _ = try bench.run(StartMessageMoveTask.self, start) }
        #expect(second?.message.hasPrefix("There is already a task running.") == true)
    }

    @Test func `the newest are listed first, one unless more are asked for`() throws {
        try self.fill(1)
        try self.move.start("dead")
        self.bench.bench.advance(seconds: 1)
        try self.move.start("dead")
        self.bench.bench.advance(seconds: 1)
        try self.move.start("dead")
        let started = try self.move.tasks("dead", 2).map { $0.startedTimestamp }
        #expect(started == [1_767_225_602_000, 1_767_225_601_000])
        #expect(try self.move.tasks("dead").count == 1)
    }

    @Test func `ten that have ended are kept`() throws {
        try self.fill(1)
        for _ in 0..<15 {
            self.bench.bench.advance(seconds: 1)
            try self.move.start("dead")
        }
        let kept = try self.bench.bench.transact { (call) throws(ServiceError) in
            try call.page(MoveHistoryKey.range(), limit: 100).map { $0.value.started }
        }
        #expect(kept.count == 10 && kept.first == Timestamp(milliseconds: 1_767_225_606_000))
        #expect(try self.move.tasks("dead", 10).count == 10)
    }

    @Test func `with its queue a task is gone, and a new queue of that name knows nothing of it`() throws {
        try self.fill(5)
        try self.move.start("dead", rate: 1)
        _ = try self.bench.run(DeleteQueue.self, DeleteQueueInput(queueUrl: QueueBench.url("dead")))
        self.bench.bench.advance(seconds: 61)
        try self.bench.create("dead")
        #expect(try self.move.statuses("dead") == [])
        let left = try self.bench.bench.transact { (call) throws(ServiceError) in
            try call.count(MoveTaskKey.range(), limit: 10) + call.count(MoveHistoryKey.range(), limit: 10)
        }
        #expect(left == 0)
    }

    // MARK: Failing

    private func failure() throws -> String? {
        let task = try #require(try self.move.tasks("dead").first)
        #expect(task.status == "FAILED")
        return task.failureReason
    }

    @Test func `a message that came from nowhere ends a task that knows no destination`() throws {
        try self.fill(2)
        try self.bench.send(QueueBench.url("dead"), "sent here")
        try self.move.start("dead")
        #expect(try self.failure() == "CouldNotDetermineMessageSource")
        #expect(try self.moved() == 2)
        #expect(try self.bench.bodies(QueueBench.url("dead")) == ["sent here"])
    }

    @Test func `a destination that is deleted meanwhile ends the task, and no message is lost`() throws {
        try self.fill(5)
        let other = try self.bench.create("other")
        try self.move.start("dead", to: "other", rate: 1)
        _ = try self.bench.run(DeleteQueue.self, DeleteQueueInput(queueUrl: other))
        self.bench.bench.advance(seconds: 1)
        #expect(try self.failure() == "AWS.SimpleQueueService.NonExistentQueue")
        #expect(try self.bench.counts(QueueBench.url("dead")) == [4, 0, 0])
    }

    @Test func `a caller who may no longer send ends the task`() throws {
        try self.fill(5)
        try self.move.start("dead", rate: 1)
        self.bench.authorizer.refuse(["sqs:SendMessage"])
        self.bench.bench.advance(seconds: 1)
        #expect(try self.failure() == "AccessDenied")
    }

    @Test func `messages are sent in the name of who began the task`() throws {
        try self.fill(2)
        let user = Principal.user(
            IAMUserIdentity(account: TestBench.account, name: "mover", path: "/", id: "AIDAMOVER"))
        self.bench.authorizer.refuse([])
        try self.move.start("dead", rate: 1, as: user)
        self.bench.authorizer.refuse(["sqs:SendMessage"])
        self.bench.bench.advance(seconds: 1)
        #expect(try self.failure() == "AccessDenied")
        let sends = self.bench.authorizer.demands.filter { $0.action == "sqs:SendMessage" }
        #expect(sends.last?.resource == QueueBench.arn("a"))
    }

    @Test func `a message that is too large for its destination ends the task`() throws {
        let a = try self.move.create("a", dead: "dead")
        try self.move.kill(a, [String(repeating: "x", count: 2_000)])
        try self.bench.set(a, ["MaximumMessageSize": "1024"])
        try self.move.start("dead")
        #expect(try self.failure() == "InvalidParameterValue")
        #expect(try self.bench.counts(QueueBench.url("dead")) == [1, 0, 0])
    }

    @Test func `a task ends after 36 hours`() throws {
        try self.fill(3)
        try self.bench.set(QueueBench.url("dead"), ["MessageRetentionPeriod": "1209600"])
        try self.move.start("dead", rate: 1)
        self.bench.bench.clock.advance(milliseconds: 36 * 3_600_000)
        self.bench.bench.driver.settle()
        #expect(try self.failure() == "TaskTimedOut")
    }

    @Test func `a purge leaves a task nothing to do`() throws {
        try self.fill(5)
        try self.move.start("dead", rate: 1)
        _ = try self.bench.run(PurgeQueue.self, PurgeQueueInput(queueUrl: QueueBench.url("dead")))
        self.bench.bench.advance(seconds: 1)
        #expect(try self.move.statuses("dead") == ["COMPLETED"])
    }
}
