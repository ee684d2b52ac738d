import ApusBase
import ApusLogs
import ApusService
import ApusTestSupport
import Testing

@Suite struct LogStreamSinkTests {
    func event(_ message: String, stream: String = "s") -> FunctionLogEvent {
        FunctionLogEvent(
            account: TestBench.account, region: TestBench.region, functionName: "f",
            roleARN: "arn:aws:iam::123456789012:role/r", group: "/aws/lambda/f", stream: stream,
            timestamp: Timestamp(milliseconds: 1_767_225_600_000), message: message)
    }

    @Test func `group and stream are made where they are missing`() throws {
        let bench = TestBench()
        let events = [self.event("a"), self.event("b", stream: "t"), self.event("c")]
        try bench.transact { (call) throws(ServiceError) in try LogStreamSink().write(events, in: &call) }
        #expect(Set(try bench.filter(group: "/aws/lambda/f")) == ["a", "b", "c"])
    }

    @Test func `a role that may not write has no log and no error`() throws {
        let authorizer = RecordingAuthorizer(refusing: ["logs:CreateLogGroup"])
        let bench = TestBench { $0.authorizer = authorizer }
        let events = [self.event("a")]
        try bench.transact { (call) throws(ServiceError) in try LogStreamSink().write(events, in: &call) }
        let groups = try bench.run(DescribeLogGroups.self, DescribeLogGroupsInput())
        #expect(groups.logGroups?.isEmpty == true)
    }
}
