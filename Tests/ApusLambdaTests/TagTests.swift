import ApusLambda
import ApusService
import ApusTestSupport
import Testing

@Suite struct TagTests {
    private let arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"

    @Test func `tags are added, replaced and removed`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        _ = try bench.run(TagResource.self, TagResourceInput(resource: self.arn, tags: ["a": "1", "b": "2"]))
        _ = try bench.run(TagResource.self, TagResourceInput(resource: self.arn, tags: ["b": "3"]))
        #expect(try bench.run(ListTags.self, ListTagsInput(resource: self.arn)).tags == ["a": "1", "b": "3"])
        _ = try bench.run(UntagResource.self, UntagResourceInput(resource: self.arn, tagKeys: ["a", "none"]))
        #expect(try bench.run(ListTags.self, ListTagsInput(resource: self.arn)).tags == ["b": "3"])
    }

    @Test func `a missing function has no tags`() throws {
        let bench = TestBench.lambda()
        let error = #expect(throws: ServiceError.self) {
            try bench.run(ListTags.self, ListTagsInput(resource: self.arn))
        }
        #expect(code(error) == "ResourceNotFoundException")
    }

    @Test func `reserved keys and a 51st tag are refused`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let many = Dictionary(uniqueKeysWithValues: (0..<51).map { ("k\($0)", "v") })
        for tags in [["aws:x": "1"], many] {
            let error = #expect(throws: ServiceError.self) {
                try bench.run(TagResource.self, TagResourceInput(resource: self.arn, tags: tags))
            }
            #expect(code(error) == "InvalidParameterValueException")
        }
    }

    @Test func `the demand carries the tags`() throws {
        let authorizer = RecordingAuthorizer()
        let bench = TestBench.lambda(authorizer: authorizer)
        try bench.makeFunction()
        _ = try bench.run(TagResource.self, TagResourceInput(resource: self.arn, tags: ["team": "x"]))
        let demand = try #require(authorizer.demands.last)
        #expect(demand.conditions.map(\.key) == ["aws:RequestTag/team", "aws:TagKeys"])
    }
}
