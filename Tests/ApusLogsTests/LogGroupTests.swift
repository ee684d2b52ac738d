import ApusBase
import ApusLogs
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@Suite struct LogGroupTests {
    @Test func `a group is made once`() throws {
        let bench = TestBench()
        try bench.createGroup(stream: nil)
        let error = #expect(throws: ServiceError.self) { try bench.createGroup(stream: nil) }
        #expect(code(error) == "ResourceAlreadyExistsException")
        #expect(message(error) == "The specified log group already exists")
    }

    @Test func `a group made again shows nothing of the old one`() throws {
        let bench = TestBench()
        try bench.createGroup()
        try bench.put(["a"])
        _ = try bench.run(DeleteLogGroup.self, DeleteLogGroupInput(logGroupName: "g"))
        try bench.createGroup(stream: nil)
        #expect(try bench.filter().isEmpty)
        let streams = try bench.run(DescribeLogStreams.self, DescribeLogStreamsInput(logGroupName: "g"))
        #expect(streams.logStreams?.isEmpty == true)
    }

    @Test func `groups are listed by prefix and page by page`() throws {
        let bench = TestBench()
        for name in ["a1", "a2", "a3", "b1"] { try bench.createGroup(name, stream: nil) }
        let first = try bench.run(DescribeLogGroups.self, DescribeLogGroupsInput(logGroupNamePrefix: "a", limit: 2))
        #expect(first.logGroups?.map(\.logGroupName) == ["a1", "a2"])
        let second = try bench.run(
            DescribeLogGroups.self,
            DescribeLogGroupsInput(logGroupNamePrefix: "a", nextToken: first.nextToken, limit: 2))
        #expect(second.logGroups?.map(\.logGroupName) == ["a3"])
        #expect(second.nextToken == nil)
        #expect(second.logGroups?.first?.arn == "arn:aws:logs:eu-west-1:123456789012:log-group:a3:*")
    }

    @Test func `groups of another region or account are not seen`() throws {
        let bench = TestBench()
        try bench.createGroup(stream: nil)
        let elsewhere = try bench.run(DescribeLogGroups.self, DescribeLogGroupsInput(), region: "us-east-1")
        #expect(elsewhere.logGroups?.isEmpty == true)
        let other = try bench.run(DescribeLogGroups.self, DescribeLogGroupsInput(), account: "999999999999")
        #expect(other.logGroups?.isEmpty == true)
    }

    @Test func `streams are listed by their last events, latest first`() throws {
        let bench = TestBench()
        try bench.createGroup(stream: "old")
        for name in ["new", "empty"] {
            _ = try bench.run(CreateLogStream.self, CreateLogStreamInput(logGroupName: "g", logStreamName: name))
        }
        try bench.put(["x"], seconds: -60, stream: "old")
        try bench.put(["x"], stream: "new")
        let output = try bench.run(
            DescribeLogStreams.self,
            DescribeLogStreamsInput(logGroupName: "g", orderBy: "LastEventTime", descending: true))
        #expect(output.logStreams?.map(\.logStreamName) == ["new", "old", "empty"])
    }

    @Test func `names that begin with aws are reserved, and protection answers 501`() throws {
        let bench = TestBench()
        let reserved = #expect(throws: ServiceError.self) { try bench.createGroup("aws/x", stream: nil) }
        #expect(code(reserved) == "InvalidParameterException")
        #expect(message(reserved) == "Log groups starting with AWS/ are reserved for AWS.")
        let error = #expect(throws: ServiceError.self) {
            try bench.run(
                CreateLogGroup.self, CreateLogGroupInput(logGroupName: "g", deletionProtectionEnabled: true))
        }
        #expect(error?.apiError?.status == 501)
        try bench.createGroup("/aws/lambda/f", stream: nil)
    }

    @Test func `a group can be named by its ARN`() throws {
        let bench = TestBench()
        try bench.createGroup()
        let output = try bench.run(
            DescribeLogStreams.self,
            DescribeLogStreamsInput(logGroupIdentifier: "arn:aws:logs:eu-west-1:123456789012:log-group:g:*"))
        #expect(output.logStreams?.map(\.logStreamName) == ["s"])
    }

    @Test func `keys have their golden bytes`() {
        let key = LogEventKey(group: 1, stream: 2, time: Timestamp(milliseconds: 3), sequence: 4)
        #expect(
            key.encoded == [
                0x30, 0x10, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0x80, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0,
                0, 4,
            ])
        #expect(LogGroupKey(account: "1", region: "r", name: "g").encoded == [0x30, 0x01, 0x31, 0, 0x72, 0, 0x67, 0])
        #expect(LogEventRecord(message: "hi", ingested: Timestamp(milliseconds: 1)).encoded == [1, 2, 0x68, 0x69, 2])
    }
}
