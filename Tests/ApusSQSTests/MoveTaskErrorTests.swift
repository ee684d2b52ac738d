import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@testable import ApusSQS

/// What the operations on move tasks refuse.
@Suite struct MoveTaskErrorTests {
    private let move = MoveBench()
    private var bench: QueueBench { self.move.bench }

    @Test func `a source must be the dead-letter queue of some queue`() throws {
        try self.bench.create("q")
        let error = self.move.refusal { () throws(ServiceError) in try self.move.start("q") }
        #expect(error == "InvalidParameterValue: Source queue must be configured as a Dead Letter Queue.")
    }

    @Test func `source and destination must exist`() throws {
        _ = try self.move.create("a", dead: "dead")
        let errors = [
            self.move.refusal { () throws(ServiceError) in try self.move.start("gone") },
            self.move.refusal { () throws(ServiceError) in try self.move.start("dead", to: "gone") },
            self.move.refusal { () throws(ServiceError) in _ = try self.move.tasks("gone") },
        ]
        let sentences = ["SourceArn", "DestinationArn", "SourceArn"].map {
            "ResourceNotFoundException: The resource that you specified for the \($0) parameter doesn't exist."
        }
        #expect(errors == sentences)
    }

    @Test(arguments: ["dead", "arn:aws:sns:eu-west-1:123456789012:dead", "arn:aws:sqs:::dead", ""])
    func `an ARN must be a queue's`(arn: String) throws {
        _ = try self.move.create("a", dead: "dead")
        let format = "arn:<partition>:<service>:<region>:<account-id>:<resource-id>"
        let source = self.move.refusal { () throws(ServiceError) in
            _ = try self.bench.run(StartMessageMoveTask.self, StartMessageMoveTaskInput(sourceArn: arn))
        }
        #expect(source == "InvalidParameterValue: You must use this format to specify the SourceArn: \(format)")
        let destination = self.move.refusal { () throws(ServiceError) in
            _ = try self.bench.run(
                StartMessageMoveTask.self,
                StartMessageMoveTaskInput(sourceArn: QueueBench.arn("dead"), destinationArn: arn))
        }
        #expect(
            destination == "InvalidParameterValue: You must use this format to specify the DestinationArn: \(format)")
    }

    @Test func `a queue of another region is not there`() throws {
        _ = try self.move.create("a", dead: "dead")
        let arn = "arn:aws:sqs:us-west-2:\(TestBench.account):dead"
        let error = self.move.refusal { () throws(ServiceError) in
            _ = try self.bench.run(StartMessageMoveTask.self, StartMessageMoveTaskInput(sourceArn: arn))
        }
        #expect(error?.hasPrefix("ResourceNotFoundException") == true)
    }

    @Test func `source and destination differ, and are of one type`() throws {
        _ = try self.move.create("a", dead: "dead")
        try self.bench.create("q.fifo")
        let errors = ["dead", "q.fifo"].map { destination in
            self.move.refusal { () throws(ServiceError) in try self.move.start("dead", to: destination) }
        }
        #expect(errors[0] == "InvalidParameterValue: Source queue arn and destination queue arn cannot be the same.")
        #expect(
            errors[1]
                == "InvalidParameterValue: The source queue and destination queue must be of the same queue type.")
    }

    @Test(arguments: [0, 501, -1])
    func `a rate is 1 to 500`(rate: Int) throws {
        _ = try self.move.create("a", dead: "dead")
        let error = self.move.refusal { () throws(ServiceError) in try self.move.start("dead", rate: rate) }
        #expect(
            error
                == "InvalidParameterValue: Value for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: You must "
                + "enter a number that's between 1 and 500.")
    }

    @Test(arguments: [0, 11])
    func `1 to 10 tasks are listed`(limit: Int) throws {
        try self.bench.create("dead")
        let error = self.move.refusal { () throws(ServiceError) in _ = try self.move.tasks("dead", limit) }
        #expect(
            error
                == "InvalidParameterValue: Value for parameter MaxResults is invalid. Reason: You must enter a number "
                + "that's between 1 and 10.")
    }

    @Test func `a queue has one active task`() throws {
        try self.move.kill(try self.move.create("a", dead: "dead"), ["1", "2"])
        try self.move.start("dead", rate: 1)
        let error = self.move.refusal { () throws(ServiceError) in try self.move.start("dead") }
        #expect(
            error
                == "InvalidParameterValue: There is already a task running. Only one active task is allowed for a source "
                + "queue arn at a given time.")
    }

    @Test func `an account has at most 100 active tasks in a region`() throws {
        _ = try self.move.create("a", dead: "dead")
        try self.bench.bench.transact { (call) throws(ServiceError) in
            for number in 1...100 {
                let queue = QueueID(UInt64(1_000 + number))
                let task = MoveTaskRecord(
                    id: MessageID(high: 0, low: 0), source: queue, destination: nil, messagesPerSecond: nil,
                    principal: call.principal, started: call.now, toMove: 0, limit: 0)
                var later = task
                later.due = call.now + 500
                try call.put(MoveTaskKey(account: call.account, region: call.region, queue: queue), later)
            }
        }
        let error = self.move.refusal { () throws(ServiceError) in try self.move.start("dead") }
        #expect(
            error
                == "AWS.SimpleQueueService.UnsupportedOperation: An account cannot have more than 100 active message move "
                + "tasks.")
    }

    @Test func `a handle must be one, and its task be there and running`() throws {
        try self.move.kill(try self.move.create("a", dead: "dead"), ["1"])
        let made = self.move.refusal { () throws(ServiceError) in try self.move.cancel("made up") }
        #expect(made == "InvalidParameterValue: Value for parameter TaskHandle is invalid.")
        let handle = MoveTaskHandle(taskID: "00000000-0000-4000-8000-000000000000", source: QueueBench.arn("dead"))
        let unknown = self.move.refusal { () throws(ServiceError) in try self.move.cancel(handle.text) }
        #expect(unknown == "ResourceNotFoundException: Task does not exist.")
        let elsewhere = MoveTaskHandle(taskID: handle.taskID, source: QueueBench.arn("gone"))
        let gone = self.move.refusal { () throws(ServiceError) in try self.move.cancel(elsewhere.text) }
        #expect(gone?.hasPrefix("ResourceNotFoundException: The resource that you specified") == true)
        let done = try self.move.start("dead")
        let ended = self.move.refusal { () throws(ServiceError) in try self.move.cancel(done) }
        #expect(ended?.hasPrefix("AWS.SimpleQueueService.UnsupportedOperation") == true)
    }

    @Test func `a handle is what AWS's are: Base64 of task and source`() throws {
        let text =
            "eyJ0YXNrSWQiOiJkYzE2OWUwNC0wZTU1LTQ0ZDItYWE5MC1jMDgwY2ExZjM2ZjciLCJzb3VyY2VBcm4iOiJhcm46YXdzOnNxczp1cy1lYXN0"
            + "LTE6MTc3NzE1MjU3NDM2Ok15RGVhZExldHRlclF1ZXVlIn0="
        let handle = try #require(MoveTaskHandle(text))
        #expect(handle.taskID == "dc169e04-0e55-44d2-aa90-c080ca1f36f7")
        #expect(handle.source == "arn:aws:sqs:us-east-1:177715257436:MyDeadLetterQueue")
        #expect(handle.text == text)
        #expect(MoveTaskHandle(String(repeating: "A", count: 100_000)) == nil)
    }

    // MARK: Permissions

    @Test(arguments: [
        "sqs:StartMessageMoveTask", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
        "sqs:SendMessage",
    ])
    func `to start one needs to receive and delete at the source and to send to the destination`(
        action: String
    ) throws {
        _ = try self.move.create("a", dead: "dead")
        try self.bench.create("other")
        self.bench.authorizer.refuse([action])
        let error = self.move.refusal { () throws(ServiceError) in try self.move.start("dead", to: "other") }
        #expect(error?.hasPrefix("AccessDenied") == true)
        let demand = try #require(self.bench.authorizer.demands.last)
        #expect(demand.action == action)
        #expect(demand.resource == QueueBench.arn(action == "sqs:SendMessage" ? "other" : "dead"))
        self.bench.authorizer.refuse([])
        #expect(try self.move.statuses("dead") == [])
    }

    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/troubleshooting-dlq-redrive.html
    @Test func `to cancel one needs to receive and delete at the source, to list to see its attributes`() throws {
        try self.move.kill(try self.move.create("a", dead: "dead"), ["1", "2"])
        let handle = try self.move.start("dead", rate: 1)
        for action in ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "CancelMessageMoveTask"] {
            self.bench.authorizer.refuse(["sqs:\(action)"])
            let error = self.move.refusal { () throws(ServiceError) in try self.move.cancel(handle) }
            #expect(error?.hasPrefix("AccessDenied") == true)
        }
        for action in ["GetQueueAttributes", "ListMessageMoveTasks"] {
            self.bench.authorizer.refuse(["sqs:\(action)"])
            let error = self.move.refusal { () throws(ServiceError) in _ = try self.move.tasks("dead") }
            #expect(error?.hasPrefix("AccessDenied") == true)
        }
        self.bench.authorizer.refuse(["sqs:ReceiveMessage", "sqs:DeleteMessage"])
        #expect(try self.move.statuses("dead") == ["RUNNING"])
    }

    @Test func `who may not list or cancel learns nothing`() throws {
        try self.move.kill(try self.move.create("a", dead: "dead"), ["1", "2"])
        let handle = try self.move.start("dead", rate: 1)
        self.bench.authorizer.refuse(["sqs:ListMessageMoveTasks", "sqs:CancelMessageMoveTask"])
        let errors = [
            self.move.refusal { () throws(ServiceError) in _ = try self.move.tasks("dead") },
            self.move.refusal { () throws(ServiceError) in _ = try self.move.tasks("gone") },
            self.move.refusal { () throws(ServiceError) in try self.move.cancel(handle) },
        ]
        #expect(errors.allSatisfy { $0?.hasPrefix("AccessDenied") == true })
    }
}
