import ApusBase
import ApusLogs
import ApusService
import ApusTestSupport
import Testing

@Suite struct LogTagTests {
    private let arn = "arn:aws:logs:eu-west-1:123456789012:log-group:g"

    private func tags(_ bench: TestBench, _ arn: String? = nil) throws(ServiceError) -> [String: String]? {
        try bench.run(ListTagsForResource.self, ListTagsForResourceInput(resourceArn: arn ?? self.arn)).tags
    }

    private func tag(_ bench: TestBench, _ tags: [String: String], _ arn: String? = nil) throws(ServiceError) {
        _ = try bench.run(TagResource.self, TagResourceInput(resourceArn: arn ?? self.arn, tags: tags))
    }

    @Test func `tags are added, replaced, listed and removed`() throws {
        let bench = TestBench()
        try bench.createGroup()
        #expect(try self.tags(bench) == [:])
        try self.tag(bench, ["a": "1", "b": "2"])
        try self.tag(bench, ["b": "3"])
        #expect(try self.tags(bench) == ["a": "1", "b": "3"])
        _ = try bench.run(UntagResource.self, UntagResourceInput(resourceArn: self.arn, tagKeys: ["a", "z"]))
        #expect(try self.tags(bench) == ["b": "3"])
    }

    @Test func `the older operations work on the same tags`() throws {
        let bench = TestBench()
        try bench.createGroup()
        _ = try bench.run(TagLogGroup.self, TagLogGroupInput(logGroupName: "g", tags: ["a": "1", "b": "2"]))
        _ = try bench.run(UntagLogGroup.self, UntagLogGroupInput(logGroupName: "g", tags: ["b"]))
        let listed = try bench.run(ListTagsLogGroup.self, ListTagsLogGroupInput(logGroupName: "g"))
        #expect(listed.tags == ["a": "1"])
        #expect(try self.tags(bench) == ["a": "1"])
    }

    @Test func `a group is made with tags by whoever may tag, by either permission`() throws {
        let authorizer = RecordingAuthorizer(refusing: ["logs:TagLogGroup"])
        let bench = TestBench { $0.authorizer = authorizer }
        let input = CreateLogGroupInput(logGroupName: "g", tags: ["a": "1"])
        _ = try bench.run(CreateLogGroup.self, input)
        #expect(try self.tags(bench) == ["a": "1"])
        let demand = try #require(authorizer.demands.first { $0.action == "logs:TagResource" })
        #expect(demand.resource == self.arn)
        #expect(demand.conditions.map(\.key) == ["aws:RequestTag/a", "aws:TagKeys"])
        authorizer.refuse(["logs:TagResource"])
        _ = try bench.run(CreateLogGroup.self, CreateLogGroupInput(logGroupName: "h", tags: ["a": "1"]))
        authorizer.refuse(["logs:TagResource", "logs:TagLogGroup"])
        let error = #expect(throws: ServiceError.self) {
            try bench.run(CreateLogGroup.self, CreateLogGroupInput(logGroupName: "i", tags: ["a": "1"]))
        }
        #expect(code(error) == "AccessDeniedException")
        _ = try bench.run(CreateLogGroup.self, CreateLogGroupInput(logGroupName: "i"))
    }

    @Test func `a resource has at most 50 tags`() throws {
        let bench = TestBench()
        try bench.createGroup()
        try self.tag(bench, Dictionary(uniqueKeysWithValues: (0..<50).map { ("k\($0)", "") }))
        try self.tag(bench, ["k0": "again"])
        let error = #expect(throws: ServiceError.self) { try self.tag(bench, ["one": "more"]) }
        #expect(code(error) == "TooManyTagsException")
        #expect(message(error) == "A resource can have no more than 50 tags.")
        #expect(error?.apiError?.fields.map(\.name) == ["resourceName"])
        let older = #expect(throws: ServiceError.self) {
            try bench.run(TagLogGroup.self, TagLogGroupInput(logGroupName: "g", tags: ["one": "more"]))
        }
        #expect(code(older) == "InvalidParameterException")
    }

    @Test func `keys of AWS's own are refused`() throws {
        let bench = TestBench()
        try bench.createGroup()
        let error = #expect(throws: ServiceError.self) { try self.tag(bench, ["aws:x": "1"]) }
        #expect(code(error) == "InvalidParameterException")
    }

    @Test(arguments: [
        "arn:aws:logs:eu-west-1:123456789012:log-group:other", "arn:aws:logs:us-east-1:123456789012:log-group:g",
        "arn:aws:logs:eu-west-1:999999999999:log-group:g",
    ]) func `a resource that is not there is told in the words of tag operations`(arn: String) throws {
        let bench = TestBench()
        try bench.createGroup()
        let errors = [
            #expect(throws: ServiceError.self) { try self.tags(bench, arn) },
            #expect(throws: ServiceError.self) { try self.tag(bench, ["a": "1"], arn) },
            #expect(throws: ServiceError.self) {
                try bench.run(UntagResource.self, UntagResourceInput(resourceArn: arn, tagKeys: ["a"]))
            },
        ]
        for error in errors {
            #expect(code(error) == "ResourceNotFoundException")
            #expect(message(error) == "The specified resource does not exist.")
        }
    }

    @Test func `the older operations tell of a group that is not there`() {
        let bench = TestBench()
        let errors = [
            #expect(throws: ServiceError.self) {
                try bench.run(TagLogGroup.self, TagLogGroupInput(logGroupName: "g", tags: ["a": "1"]))
            },
            #expect(throws: ServiceError.self) {
                try bench.run(UntagLogGroup.self, UntagLogGroupInput(logGroupName: "g", tags: ["a"]))
            },
            #expect(throws: ServiceError.self) {
                try bench.run(ListTagsLogGroup.self, ListTagsLogGroupInput(logGroupName: "g"))
            },
        ]
        for error in errors { #expect(message(error) == "The specified log group does not exist.") }
    }

    @Test func `what is no ARN of a group is refused, destinations with 501`() throws {
        let bench = TestBench()
        let others = ["g", "arn:aws:sqs:eu-west-1:123456789012:q", "arn:aws:logs:eu-west-1:123456789012:query:1"]
        for arn in others + [self.arn + ":*", self.arn + ":log-stream:s"] {
            let error = #expect(throws: ServiceError.self) { try self.tags(bench, arn) }
            #expect(code(error) == "ValidationException")
            #expect(message(error) == "Invalid resourceArn")
        }
        let error = #expect(throws: ServiceError.self) {
            try self.tags(bench, "arn:aws:logs:eu-west-1:123456789012:destination:d")
        }
        #expect(error?.apiError?.status == 501)
    }
}
