import ApusBase
import ApusService
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

@Suite struct ScanTests {
    private let bench = DynamoDBBench()

    private func fill(_ count: Int) throws {
        try self.bench.create()
        for number in 0..<count { try self.bench.put(#"{"pk":{"S":"k\#(number)"},"n":{"N":"\#(number)"}}"#) }
    }

    private func names(_ output: ScanOutput) -> [String] { (output.items ?? []).compactMap { $0.item["pk"]?.string } }

    @Test func `a scan finds everything, page by page`() throws {
        try self.fill(25)
        var found: [String] = []
        var start = ""
        repeat {
            let output = try self.bench.run(Scan.self, #"{"TableName":"table","Limit":7\#(start)}"#)
            #expect(output.scannedCount ?? 0 <= 7)
            found += self.names(output)
            start = output.lastEvaluatedKey.map { #","ExclusiveStartKey":\#($0.item.json)"# } ?? ""
        } while !start.isEmpty
        #expect(found.count == 25)
        #expect(Set(found) == Set((0..<25).map { "k\($0)" }))
    }

    @Test(arguments: [1, 2, 3, 7, 16, 1_000_000])
    func `segments have everything once between them`(total: Int) throws {
        try self.fill(40)
        var found: [String] = []
        for segment in 0..<min(total, 16) {
            let output = try self.bench.run(
                Scan.self, #"{"TableName":"table","Segment":\#(segment),"TotalSegments":\#(total)}"#)
            found += self.names(output)
        }
        #expect(Set(found).count == found.count)
        if total <= 16 { #expect(found.count == 40) }
    }

    @Test func `a filter and a projection`() throws {
        try self.fill(10)
        let output = try self.bench.run(
            Scan.self,
            #"""
            {"TableName":"table","FilterExpression":"n >= :n","ProjectionExpression":"n",
             "ExpressionAttributeValues":{":n":{"N":"8"}}}
            """#)
        #expect(Set((output.items ?? []).map(\.item.json)) == [#"{"n":{"N":"8"}}"#, #"{"n":{"N":"9"}}"#])
        #expect(output.scannedCount == 10)
        #expect(output.count == 2)
    }

    @Test(arguments: [
        (
            #""Segment":1"#,
            "The TotalSegments parameter is required but was not present in the request when Segment parameter is present"
        ),
        (
            #""TotalSegments":1"#,
            "The Segment parameter is required but was not present in the request when parameter TotalSegments is present"
        ),
        (
            #""Segment":4,"TotalSegments":4"#,
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 4 is not less than TotalSegments: 4"
        ),
        (
            #""ExclusiveStartKey":{"x":{"S":"a"}}"#,
            "The provided starting key is invalid: The provided key element does not match the schema"
        ),
        (
            #""Select":"ALL_PROJECTED_ATTRIBUTES""#,
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"
        ),
    ])
    func `mistakes are told in AWS's words`(rest: String, message: String) throws {
        try self.bench.create()
        #expect(self.bench.refusal(Scan.self, #"{"TableName":"table",\#(rest)}"#) == "ValidationException: \(message)")
    }
}
