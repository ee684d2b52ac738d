import ApusBase
import ApusLogs
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@Suite struct RetentionTests {
    private func bench(after crashed: TestBench? = nil) -> TestBench {
        guard let crashed else { return TestBench() }
        crashed.driver.crash()
        return TestBench(seed: 2, storage: crashed.storage, clock: crashed.clock)
    }

    private func keep(_ bench: TestBench, days: Int) throws(ServiceError) {
        _ = try bench.run(PutRetentionPolicy.self, PutRetentionPolicyInput(logGroupName: "g", retentionInDays: days))
    }

    private func days(_ bench: TestBench) throws -> Int? {
        try bench.run(DescribeLogGroups.self, DescribeLogGroupsInput()).logGroups?.first?.retentionInDays
    }

    /// Keys left, events and index together.
    private func left(_ bench: TestBench) throws -> Int {
        try bench.transact { (call) throws(ServiceError) in
            try call.count(LogEventKey.range(), limit: 100_000)
                + (try call.count(LogEventByTimeKey.range(), limit: 100_000))
        }
    }

    private func schedule(_ bench: TestBench) throws -> Int {
        try bench.transact { (call) throws(ServiceError) in
            try call.count(LogRetentionKey.range(), limit: 10) + (try call.count(LogRetentionDueKey.range(), limit: 10))
        }
    }

    @Test func `a policy is shown, replaced and deleted`() throws {
        let bench = self.bench()
        try bench.createGroup()
        #expect(try self.days(bench) == nil)
        try self.keep(bench, days: 7)
        #expect(try self.days(bench) == 7)
        try self.keep(bench, days: 3653)
        #expect(try self.days(bench) == 3653)
        #expect(try self.schedule(bench) == 2)
        _ = try bench.run(DeleteRetentionPolicy.self, DeleteRetentionPolicyInput(logGroupName: "g"))
        #expect(try self.days(bench) == nil)
        #expect(try self.schedule(bench) == 0)
    }

    @Test func `only AWS's numbers of days are taken`() throws {
        let bench = self.bench()
        try bench.createGroup()
        let error = #expect(throws: ServiceError.self) { try self.keep(bench, days: 2) }
        #expect(code(error) == "InvalidParameterException")
        #expect(
            message(error)
                == "1 validation error detected: Value '2' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]"
        )
    }

    @Test func `a group that is not there is told`() {
        let bench = self.bench()
        let put = #expect(throws: ServiceError.self) { try self.keep(bench, days: 1) }
        let delete = #expect(throws: ServiceError.self) {
            try bench.run(DeleteRetentionPolicy.self, DeleteRetentionPolicyInput(logGroupName: "g"))
        }
        for error in [put, delete] {
            #expect(code(error) == "ResourceNotFoundException")
            #expect(message(error) == "The specified log group does not exist.")
        }
    }

    @Test func `events go when they are older than the policy says, in all streams`() throws {
        let bench = self.bench()
        try bench.createGroup()
        _ = try bench.run(CreateLogStream.self, CreateLogStreamInput(logGroupName: "g", logStreamName: "t"))
        let day: Int64 = 86_400
        try bench.put(["old"], seconds: -3 * day)
        try bench.put(["old too"], seconds: -2 * day, stream: "t")
        try bench.put(["young"], seconds: -day + 3600)
        try self.keep(bench, days: 1)
        let worker = WorkerRun(LogsRetention(), host: bench.host)
        defer { withExtendedLifetime(worker) {} }
        bench.advance(seconds: 60)
        #expect(try bench.filter() == ["young"])
        #expect(try self.left(bench) == 2)
        bench.advance(seconds: 3600 + 60)
        #expect(try self.left(bench) == 0)
    }

    @Test func `without a policy nothing goes`() throws {
        let bench = self.bench()
        try bench.createGroup()
        try bench.put(["old"], seconds: -13 * 86_400)
        try self.keep(bench, days: 1)
        _ = try bench.run(DeleteRetentionPolicy.self, DeleteRetentionPolicyInput(logGroupName: "g"))
        let worker = WorkerRun(LogsRetention(), host: bench.host)
        defer { withExtendedLifetime(worker) {} }
        bench.advance(seconds: 7200)
        #expect(try bench.filter() == ["old"])
    }

    @Test func `events that come old after a longer policy go too once the policy is short again`() throws {
        let bench = self.bench()
        try bench.createGroup()
        try self.keep(bench, days: 1)
        let worker = WorkerRun(LogsRetention(), host: bench.host)
        defer { withExtendedLifetime(worker) {} }
        bench.advance(seconds: 7200)
        try self.keep(bench, days: 14)
        try bench.put(["late"], seconds: -5 * 86_400)
        bench.advance(seconds: 7200)
        #expect(try bench.filter() == ["late"])
        try self.keep(bench, days: 1)
        bench.advance(seconds: 120)
        #expect(try bench.filter().isEmpty)
    }

    @Test func `a batch is bounded, and killed between two the worker goes on where it was`() throws {
        var bench = self.bench()
        try bench.createGroup()
        for _ in 0..<5 { try bench.put((0..<500).map(String.init), seconds: -2 * 86_400) }
        try bench.put(["young"])
        try self.keep(bench, days: 1)
        var steps = 0
        while true {
            let before = try self.left(bench)
            let outcome = try bench.transact { (call) throws(ServiceError) in try LogsRetention().work(in: &call) }
            guard outcome == .more else { break }
            #expect(try before - self.left(bench) <= 2 * LogsLimits.retentionBatch)
            steps += 1
            bench = self.bench(after: bench)
        }
        #expect(steps >= 3)
        #expect(try self.left(bench) == 2)
        #expect(try bench.filter() == ["young"])
    }

    @Test func `a step takes several groups, and no more events than a batch has`() throws {
        let bench = self.bench()
        for number in 0..<5 {
            try bench.createGroup("g\(number)")
            try bench.put((0..<400).map(String.init), seconds: -2 * 86_400, group: "g\(number)")
            _ = try bench.run(
                PutRetentionPolicy.self, PutRetentionPolicyInput(logGroupName: "g\(number)", retentionInDays: 1))
        }
        var left: [Int] = []
        while try bench.transact({ (call) throws(ServiceError) in try LogsRetention().work(in: &call) }) == .more {
            left.append(try self.left(bench) / 2)
        }
        // The last step finds that the batch before it took all there was.
        #expect(left == [1000, 0, 0])
    }

    @Test func `a deleted group's schedule goes with it`() throws {
        let bench = self.bench()
        try bench.createGroup()
        try self.keep(bench, days: 1)
        _ = try bench.run(DeleteLogGroup.self, DeleteLogGroupInput(logGroupName: "g"))
        #expect(try self.schedule(bench) == 0)
    }

    @Test func `one group's policy leaves another group alone`() throws {
        let bench = self.bench()
        try bench.createGroup()
        try bench.createGroup("h")
        try bench.put(["old"], seconds: -2 * 86_400, group: "h")
        try self.keep(bench, days: 1)
        let worker = WorkerRun(LogsRetention(), host: bench.host)
        defer { withExtendedLifetime(worker) {} }
        bench.advance(seconds: 7200)
        #expect(try bench.filter(group: "h") == ["old"])
    }
}
