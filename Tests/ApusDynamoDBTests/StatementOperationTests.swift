import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

/// PartiQL as requests: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
@Suite struct StatementOperationTests {
    private let bench = DynamoDBBench()

    @discardableResult
    private func run(_ statement: String, _ more: String = "") throws -> ExecuteStatementOutput {
        var json = JSONWriter()
        json.string(statement)
        let text = String(decoding: json.bytes, as: UTF8.self)
        return try self.bench.perform(ExecuteStatement(), #"{"Statement":\#(text)\#(more)}"#)
    }

    private func items(_ statement: String, _ more: String = "") throws -> [String] {
        try self.run(statement, more).items?.map(\.item.json) ?? []
    }

    private func refusal(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? ServiceError)?.apiError.map { "\($0.code): \($0.message)" } ?? "\(error)"
        }
    }

    private func fill() throws {
        try self.bench.create(sort: "N")
        for name in ["a", "b"] {
            for number in 1...3 {
                try self.bench.put(#"{"pk":{"S":"\#(name)"},"sk":{"N":"\#(number)"},"v":{"N":"\#(number * 10)"}}"#)
            }
        }
    }

    @Test func `what is inserted is selected, and cannot be inserted again`() throws {
        try self.bench.create()
        #expect(try self.items("INSERT INTO \"table\" VALUE {'pk':'a','n':1}").isEmpty)
        #expect(try self.items("SELECT * FROM \"table\" WHERE pk='a'") == [#"{"n":{"N":"1"},"pk":{"S":"a"}}"#])
        #expect(
            self.refusal { try self.run("INSERT INTO \"table\" VALUE {'pk':'a'}") }
                == "DuplicateItemException: Duplicate primary key exists in table")
        #expect(
            self.refusal { try self.run("INSERT INTO \"table\" VALUE {'n':1}") }
                == "ValidationException: One or more parameter values were invalid: Missing the key pk in the item")
    }

    @Test func `a select reads by keys, filters, orders and cuts out columns`() throws {
        try self.fill()
        #expect(
            try self.items("SELECT sk FROM \"table\" WHERE pk='a' AND sk > 1 ORDER BY sk DESC") == [
                #"{"sk":{"N":"3"}}"#, #"{"sk":{"N":"2"}}"#,
            ])
        #expect(try self.items("SELECT pk, sk FROM \"table\" WHERE pk IN ['b','a'] AND v = 20").count == 2)
        #expect(try self.items("SELECT * FROM \"table\" WHERE v >= 20").count == 4)
        #expect(try self.items("SELECT * FROM \"table\"").count == 6)
        #expect(
            try self.items("SELECT v FROM \"table\" WHERE pk=? AND sk=?", #","Parameters":[{"S":"a"},{"N":"2"}]"#) == [
                #"{"v":{"N":"20"}}"#
            ])
    }

    @Test(arguments: ["SELECT * FROM \"table\"", "SELECT * FROM \"table\" WHERE pk IN ['a','b'] ORDER BY pk DESC"])
    func `pages follow each other without a gap`(statement: String) throws {
        try self.fill()
        var seen: [String] = []
        var more = #","Limit":2"#
        for _ in 0..<10 {
            let page = try self.run(statement, more)
            seen += page.items?.map(\.item.json) ?? []
            guard let token = page.nextToken else { break }
            more = #","Limit":2,"NextToken":"\#(token)""#
        }
        #expect(seen.count == 6)
        #expect(try seen == self.items(statement))
    }

    @Test func `a token is good for its own statement`() throws {
        try self.fill()
        let token = try #require(try self.run("SELECT * FROM \"table\"", #","Limit":2"#).nextToken)
        for (statement, token) in [
            ("SELECT pk FROM \"table\"", token), ("SELECT * FROM \"table\"", "x"), ("SELECT * FROM \"table\"", "AAAA"),
        ] {
            #expect(
                self.refusal { try self.run(statement, #","NextToken":"\#(token)""#) }
                    == "ValidationException: The provided NextToken is invalid.")
        }
    }

    @Test func `an update changes what is there, and returns what it is told to`() throws {
        try self.fill()
        let place = "WHERE pk='a' AND sk=1"
        #expect(
            try self.items("UPDATE \"table\" SET v = v + 1 SET w = 'x' \(place) RETURNING MODIFIED NEW *") == [
                #"{"v":{"N":"11"},"w":{"S":"x"}}"#
            ])
        #expect(try self.items("UPDATE \"table\" REMOVE w \(place) AND v = 11 RETURNING ALL OLD *").count == 1)
        #expect(
            self.refusal { try self.run("UPDATE \"table\" SET v = 1 \(place) AND v = 99") }
                == "ConditionalCheckFailedException: The conditional request failed")
        #expect(
            self.refusal { try self.run("UPDATE \"table\" SET v = 1 WHERE pk='z' AND sk=1") }
                == "ConditionalCheckFailedException: The conditional request failed")
        #expect(
            self.refusal { try self.run("UPDATE \"table\" SET v = 1 WHERE pk='a'") }
                == "ValidationException: Where clause does not contain a mandatory equality on all key attributes")
        #expect(
            self.refusal { try self.run("UPDATE \"table\" SET sk = 9 \(place)") }
                == "ValidationException: One or more parameter values were invalid: Cannot update attribute sk. This attribute is part of the key"
        )
    }

    @Test func `a delete returns the old item, and of nothing nothing`() throws {
        try self.fill()
        #expect(
            self.refusal { try self.run("DELETE FROM \"table\" WHERE pk='a' AND sk=1 AND v=99") }
                == "ConditionalCheckFailedException: The conditional request failed")
        #expect(try self.items("DELETE FROM \"table\" WHERE pk='a' AND sk=1 AND v=10 RETURNING ALL OLD *").count == 1)
        #expect(try self.items("DELETE FROM \"table\" WHERE pk='a' AND sk=1 AND v=10 RETURNING ALL OLD *").isEmpty)
        #expect(try self.items("SELECT * FROM \"table\" WHERE pk='a'").count == 2)
    }

    @Test func `policies see statements as actions, keys and scans`() throws {
        try self.fill()
        _ = self.bench.authorizer.demands
        try self.run("SELECT v FROM \"table\" WHERE pk='a'")
        let demand = try #require(self.bench.authorizer.demands.last)
        #expect(demand.action == "dynamodb:PartiQLSelect")
        #expect(demand.conditions.first { $0.key == "dynamodb:LeadingKeys" }?.values == ["a"])
        #expect(!demand.conditions.contains { $0.key == "dynamodb:FullTableScan" })
        try self.run("SELECT v FROM \"table\"")
        let scan = try #require(self.bench.authorizer.demands.last)
        #expect(scan.conditions.first { $0.key == "dynamodb:FullTableScan" }?.values == ["true"])
        try self.run("INSERT INTO \"table\" VALUE {'pk':'q','sk':1}")
        #expect(self.bench.authorizer.demands.last?.action == "dynamodb:PartiQLInsert")
    }

    @Test func `statements of a batch fail alone`() throws {
        try self.fill()
        let output = try self.bench.perform(
            BatchExecuteStatement(),
            #"""
            {"Statements":[{"Statement":"INSERT INTO \"table\" VALUE {'pk':'c','sk':1}"},
             {"Statement":"INSERT INTO \"table\" VALUE {'pk':'a','sk':1}"},{"Statement":"SLECT"},
             {"Statement":"DELETE FROM \"table\" WHERE pk='a' AND sk=2 AND v=1","ReturnValuesOnConditionCheckFailure":"ALL_OLD"},
             {"Statement":"UPDATE \"other\" SET a=1 WHERE pk='a'"}]}
            """#)
        let errors = output.responses?.map { $0.error?.code }
        #expect(errors == [nil, "DuplicateItem", "ValidationError", "ConditionalCheckFailed", "ResourceNotFound"])
        #expect(
            output.responses?[2].error?.message
                == "Statement wasn't well formed, can't be processed: Expected data manipulation")
        #expect(output.responses?[3].error?.item?.item["v"]?.number?.text == "20")
        #expect(try self.items("SELECT pk FROM \"table\" WHERE pk='c'").count == 1)
    }

    @Test func `a batch of reads names each item by its key`() throws {
        try self.fill()
        let output = try self.bench.perform(
            BatchExecuteStatement(),
            #"""
            {"Statements":[{"Statement":"SELECT v FROM \"table\" WHERE pk='a' AND sk=1"},
             {"Statement":"SELECT v FROM \"table\" WHERE pk='x' AND sk=1"},{"Statement":"SELECT v FROM \"table\" WHERE pk='a'"}]}
            """#)
        #expect(output.responses?.map { $0.item?.item.json } == [#"{"v":{"N":"10"}}"#, nil, nil])
        #expect(
            output.responses?[2].error?.message
                == "Select statements within BatchExecuteStatement must specify the primary key in the where clause.")
        let mixed =
            #"{"Statements":[{"Statement":"SELECT * FROM \"table\" WHERE pk='a' AND sk=1"},{"Statement":"DELETE FROM \"table\" WHERE pk='a' AND sk=1"}]}"#
        #expect(
            self.refusal { _ = try self.bench.perform(BatchExecuteStatement(), mixed) }?.hasPrefix(
                "ValidationException")
                == true)
    }

    @Test func `a transaction is done whole or not at all, and once for its token`() throws {
        try self.fill()
        func transaction(_ awards: Int, _ token: String) -> String {
            #"""
            {"TransactStatements":[{"Statement":"EXISTS(SELECT * FROM \"table\" WHERE pk='a' AND sk=1 AND v=\#(awards))"},
             {"Statement":"INSERT INTO \"table\" VALUE {'pk':'n','sk':1}"},
             {"Statement":"UPDATE \"table\" SET v=? WHERE pk='b' AND sk=1 RETURNING ALL NEW *","Parameters":[{"N":"77"}]}],
             "ClientRequestToken":"\#(token)"}
            """#
        }
        let refused = self.refusal { _ = try self.bench.perform(ExecuteTransaction(), transaction(9, "one")) }
        #expect(
            refused
                == "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed, None, None]"
        )
        #expect(try self.items("SELECT * FROM \"table\" WHERE pk='n'").isEmpty)
        let done = try self.bench.perform(ExecuteTransaction(), transaction(10, "two"))
        #expect(done.responses?.last?.item?.item["v"]?.number?.text == "77")
        // With the same token nothing is done again; without it, the item is there already.
        _ = try self.bench.perform(ExecuteTransaction(), transaction(10, "two"))
        #expect(
            self.refusal { _ = try self.bench.perform(ExecuteTransaction(), transaction(10, "three")) }
                == "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [None, DuplicateItem, None]"
        )
    }
}
