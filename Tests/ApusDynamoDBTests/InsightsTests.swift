import ApusBase
import ApusService
import ApusTestSupport
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/contributorinsights_HowItWorks.html
@Suite struct InsightsTests {
    private let bench = DynamoDBBench()

    private static let indexed = #"""
        "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"g","AttributeType":"S"}],
        "GlobalSecondaryIndexes":[{"IndexName":"by-g","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],
                                   "Projection":{"ProjectionType":"ALL"}}]
        """#

    private func switching(_ action: String, _ more: String = "") throws -> UpdateContributorInsightsOutput {
        try self.bench.run(
            UpdateContributorInsights.self,
            #"{"TableName":"table","ContributorInsightsAction":"\#(action)"\#(more)}"#)
    }

    private func described(_ more: String = "") throws -> DescribeContributorInsightsOutput {
        try self.bench.run(DescribeContributorInsights.self, #"{"TableName":"table"\#(more)}"#)
    }

    private func listed(_ json: String) throws -> (entries: [String], token: String?) {
        let output = try self.bench.run(ListContributorInsights.self, json)
        let entries = (output.contributorInsightsSummaries ?? []).map { entry in
            [entry.tableName, entry.indexName, entry.contributorInsightsStatus].compactMap { $0 }.joined(separator: " ")
        }
        return (entries, output.nextToken)
    }

    @Test func `insights are off until they are switched on, of the table and of each global index`() throws {
        try self.bench.create(more: Self.indexed)
        let before = try self.described()
        #expect(before.contributorInsightsStatus == "DISABLED")
        #expect(before.lastUpdateDateTime == nil)
        #expect(try self.switching("ENABLE", #","IndexName":"by-g""#).contributorInsightsStatus == "ENABLING")
        let index = try self.described(#","IndexName":"by-g""#)
        #expect(index.contributorInsightsStatus == "ENABLED")
        #expect(index.contributorInsightsMode == "ACCESSED_AND_THROTTLED_KEYS")
        #expect(index.indexName == "by-g")
        #expect(index.lastUpdateDateTime == self.bench.bench.clock.now)
        #expect(index.contributorInsightsRuleList == nil)
        #expect(try self.described().contributorInsightsStatus == "DISABLED")
        #expect(try self.switching("DISABLE", #","IndexName":"by-g""#).contributorInsightsStatus == "DISABLING")
        #expect(try self.described(#","IndexName":"by-g""#).contributorInsightsStatus == "DISABLED")
    }

    @Test func `the mode is kept until another is given`() throws {
        try self.bench.create()
        #expect(
            try self.switching("ENABLE", #","ContributorInsightsMode":"THROTTLED_KEYS""#).contributorInsightsMode
                == "THROTTLED_KEYS")
        _ = try self.switching("ENABLE")
        #expect(try self.described().contributorInsightsMode == "THROTTLED_KEYS")
        _ = try self.switching("DISABLE")
        #expect(try self.described().contributorInsightsMode == nil)
        _ = try self.switching("ENABLE")
        #expect(try self.described().contributorInsightsMode == "ACCESSED_AND_THROTTLED_KEYS")
    }

    @Test func `tables and indexes that are not there are told of`() throws {
        #expect(
            self.bench.refusal(DescribeContributorInsights.self, #"{"TableName":"table"}"#)
                == "ResourceNotFoundException: Requested resource not found: Table: table not found")
        try self.bench.create()
        let more = #""TableName":"table","IndexName":"none""#
        #expect(
            self.bench.refusal(DescribeContributorInsights.self, "{\(more)}")
                == "ResourceNotFoundException: Requested resource not found")
        #expect(
            self.bench.refusal(
                UpdateContributorInsights.self, #"{\#(more),"ContributorInsightsAction":"ENABLE"}"#)
                == "ResourceNotFoundException: Requested resource not found")
    }

    @Test func `an index made anew under a name knows nothing of the old one's insights`() throws {
        try self.bench.create(more: Self.indexed)
        _ = try self.switching("ENABLE", #","IndexName":"by-g""#)
        _ = try self.bench.run(
            UpdateTable.self,
            #"{"TableName":"table","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by-g"}}]}"#)
        #expect(try self.listed("{}").entries == [])
        _ = try self.bench.run(
            UpdateTable.self,
            #"""
            {"TableName":"table","AttributeDefinitions":[{"AttributeName":"g","AttributeType":"S"}],
             "GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by-g","Projection":{"ProjectionType":"ALL"},
               "KeySchema":[{"AttributeName":"g","KeyType":"HASH"}]}}]}
            """#)
        #expect(try self.described(#","IndexName":"by-g""#).contributorInsightsStatus == "DISABLED")
    }

    @Test func `pages of the list follow each other without a gap`() throws {
        for name in ["aaa", "bbb", "ccc", "table"] { try self.bench.create(name, more: Self.indexed) }
        _ = try self.bench.run(
            UpdateContributorInsights.self, #"{"TableName":"bbb","ContributorInsightsAction":"ENABLE"}"#)
        _ = try self.switching("ENABLE")
        _ = try self.switching("ENABLE", #","IndexName":"by-g""#)
        let all = ["bbb ENABLED", "table ENABLED", "table by-g ENABLED"]
        #expect(try self.listed("{}").entries == all)
        #expect(try self.listed(#"{"TableName":"table"}"#).entries == Array(all.dropFirst()))
        for size in 1...4 {
            var found: [String] = []
            var token: String?
            repeat {
                let next = token.map { #","NextToken":"\#($0)""# } ?? ""
                let page = try self.listed(#"{"MaxResults":\#(size)\#(next)}"#)
                #expect(page.entries.count <= size)
                found += page.entries
                token = page.token
            } while token != nil
            #expect(found == all)
        }
        #expect(
            self.bench.refusal(ListContributorInsights.self, #"{"NextToken":"?"}"#)
                == "ValidationException: Invalid NextToken")
    }
}
