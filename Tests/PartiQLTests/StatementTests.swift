import DynamoDBExpressions
import DynamoDBItems
import Testing

@testable import PartiQL

/// The examples of AWS's developer guide, ql-reference.* and below.
@Suite struct StatementTests {
    @Test func `the literals of the guide become values of their types`() throws {
        let text = """
            INSERT INTO TypesTable value {'primarykey':'1', 'NumberType':1, 'MapType' : {'entryname1': 'value', 'entryname2': 4},
            'ListType': [1,'stringval'], 'NumberSetType':<<1,34,32,4.5>>, 'StringSetType':<<'stringval','stringval2'>>,
            'yes': true, 'no': FALSE, 'nothing': Null, 'small': -1.5e-2, 'quote': 'it''s here' }
            """
        guard case .insert(let insert) = try PartiQLStatement(text, parameters: []) else {
            Issue.record("no INSERT")
            return
        }
        #expect(insert.table == "TypesTable")
        let expected = """
            {"primarykey":{"S":"1"},"NumberType":{"N":"1"},"MapType":{"M":{"entryname1":{"S":"value"},"entryname2":{"N":"4"}}},
            "ListType":{"L":[{"N":"1"},{"S":"stringval"}]},"NumberSetType":{"NS":["1","34","32","4.5"]},
            "StringSetType":{"SS":["stringval","stringval2"]},"yes":{"BOOL":true},"no":{"BOOL":false},"nothing":{"NULL":true},
            "small":{"N":"-0.015"},"quote":{"S":"it's here"}}
            """
        #expect(try insert.item == Fixture.item(expected))
    }

    @Test func `parameters take the places of values in the order of the text`() throws {
        let parameters = [
            ItemValue(string: "a"), ItemValue(binary: [1, 2]), ItemValue(number: ItemNumber(3)), ItemValue(binary: [9]),
        ]
        let text = "INSERT INTO \"t\" VALUE {'pk': ?, 'list': [?, {'n': ?}], 'set': <<?>>}"
        guard case .insert(let insert) = try PartiQLStatement(text, parameters: parameters) else {
            Issue.record("no INSERT")
            return
        }
        let expected =
            "{\"pk\":{\"S\":\"a\"},\"list\":{\"L\":[{\"B\":\"AQI=\"},{\"M\":{\"n\":{\"N\":\"3\"}}}]},\"set\":{\"BS\":[\"CQ==\"]}}"
        #expect(try insert.item == Fixture.item(expected))
    }

    @Test func `the update of the guide does what it says`() throws {
        let text = """
            UPDATE TypesTable
            SET NumberType=NumberType + 100
            SET MapType.NewMapEntry=[2020, 'stringvalue', 2.4]
            SET ListType = LIST_APPEND(ListType, [4, <<'string1', 'string2'>>])
            SET NumberSetType= SET_ADD(NumberSetType, <<345, 48.4>>)
            SET StringSetType = SET_ADD(StringSetType, <<'stringsetvalue1', 'stringsetvalue2'>>)
            WHERE primarykey='1'
            """
        let update = try Fixture.update(text)
        let old = """
            {"primarykey":{"S":"1"},"NumberType":{"N":"1"},"MapType":{"M":{"e":{"S":"v"}}},"ListType":{"L":[{"N":"1"}]},
            "NumberSetType":{"NS":["1"]},"StringSetType":{"SS":["a"]}}
            """
        let new = """
            {"primarykey":{"S":"1"},"NumberType":{"N":"101"},
            "MapType":{"M":{"e":{"S":"v"},"NewMapEntry":{"L":[{"N":"2020"},{"S":"stringvalue"},{"N":"2.4"}]}}},
            "ListType":{"L":[{"N":"1"},{"N":"4"},{"SS":["string1","string2"]}]},"NumberSetType":{"NS":["1","345","48.4"]},
            "StringSetType":{"SS":["a","stringsetvalue1","stringsetvalue2"]}}
            """
        #expect(try update.update.applied(to: Fixture.item(old), key: .empty) == Fixture.item(new))
        let plan = try WritePlan(update.condition, keys: [KeyAttribute("primarykey", .string)])
        #expect(try plan.key == Fixture.item("{\"primarykey\":{\"S\":\"1\"}}"))
        #expect(plan.condition == nil)
        #expect(update.returning == nil)
    }

    @Test func `an update removes, subtracts and shrinks sets`() throws {
        let text = """
            UPDATE TypesTable SET NumberType=NumberType - 1 REMOVE ListType[1] REMOVE MapType.NewMapEntry
            SET NumberSetType = SET_DELETE( NumberSetType, <<345>>) WHERE primarykey='1' RETURNING MODIFIED OLD *
            """
        let old = """
            {"NumberType":{"N":"1"},"ListType":{"L":[{"N":"1"},{"N":"2"}]},"MapType":{"M":{"NewMapEntry":{"N":"1"}}},
            "NumberSetType":{"NS":["345"]}}
            """
        let update = try Fixture.update(text)
        let new = try update.update.applied(to: Fixture.item(old), key: .empty)
        #expect(
            try new
                == Fixture.item(
                    "{\"NumberType\":{\"N\":\"0\"},\"ListType\":{\"L\":[{\"N\":\"1\"}]},\"MapType\":{\"M\":{}}}"))
        #expect(update.returning == .modifiedOld)
    }

    @Test func `sets grow and shrink in place`() throws {
        #expect(
            Fixture.message { _ = try Fixture.update("UPDATE t SET a = SET_ADD(b, <<1>>) WHERE a = 1") }
                == "SET_ADD must be given the attribute that is set")
    }

    @Test(arguments: [
        ("RETURNING ALL OLD *", PartiQLStatement.Returning.allOld), ("returning modified new *", .modifiedNew),
        ("RETURNING ALL NEW *", .allNew),
    ])
    func `an update returns what it is told to`(text: String, returning: PartiQLStatement.Returning) throws {
        #expect(try Fixture.update("UPDATE t SET a = 1 WHERE b = 2 " + text).returning == returning)
    }

    @Test func `names stand in double quotes, paths in several forms`() throws {
        let select = try Fixture.select("SELECT \"order\".\"a b\"[2].c['d'] FROM \"my-table\".\"my-index\"")
        #expect(select.source == PartiQLStatement.Source(table: "my-table", index: "my-index"))
        #expect(select.columns?.map(\.path.description) == ["[order, a b, [2], c, d]"])
    }

    @Test func `a column is named after the end of its path`() throws {
        let select = try Fixture.select("SELECT a.b, c[1], d FROM t")
        let item = try Fixture.item(
            "{\"a\":{\"M\":{\"b\":{\"N\":\"1\"}}},\"c\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]},\"e\":{\"N\":\"3\"}}")
        let columns = try #require(select.columns)
        #expect(
            try PartiQLColumn.applied(columns, to: item)
                == Fixture.item("{\"b\":{\"N\":\"1\"},\"_2\":{\"N\":\"2\"}}"))
    }

    @Test func `a check of a transaction is EXISTS around a SELECT`() throws {
        let text =
            "EXISTS(SELECT * FROM \"Music\" WHERE Artist='No One You Know' AND Song='Call Me Today' AND Awards = 1)"
        guard case .exists(let select) = try PartiQLStatement(text, parameters: []) else {
            Issue.record("no EXISTS")
            return
        }
        let plan = try WritePlan(select.condition, keys: [Fixture.hash, Fixture.sort])
        #expect(plan.key.count == 2)
        #expect(plan.condition?.holds(for: try Fixture.item("{\"Awards\":{\"N\":\"1\"}}")) == true)
        #expect(plan.condition?.holds(for: .empty) == false)
    }

    @Test func `a delete names one item and a condition`() throws {
        let text =
            "DELETE FROM Music WHERE Song = 'PartiQL Rocks' AND rating > 3 AND Artist = 'Acme Band' RETURNING ALL OLD *"
        guard case .delete(let delete) = try PartiQLStatement(text, parameters: []) else {
            Issue.record("no DELETE")
            return
        }
        let plan = try WritePlan(delete.condition, keys: [Fixture.hash, Fixture.sort])
        #expect(
            try plan.key == Fixture.item("{\"Artist\":{\"S\":\"Acme Band\"},\"Song\":{\"S\":\"PartiQL Rocks\"}}"))
        #expect(plan.condition?.holds(for: try Fixture.item("{\"rating\":{\"N\":\"4\"}}")) == true)
        #expect(delete.returning == .allOld)
    }

    @Test func `a write that does not name one item is refused`() throws {
        for text in [
            "DELETE FROM Music", "DELETE FROM Music WHERE Artist = 'x'",
            "DELETE FROM Music WHERE Artist = 'x' AND Song > 'a'",
        ] {
            guard case .delete(let delete) = try PartiQLStatement(text, parameters: []) else { continue }
            #expect(
                Fixture.message { _ = try WritePlan(delete.condition, keys: [Fixture.hash, Fixture.sort]) }
                    == "Where clause does not contain a mandatory equality on all key attributes")
        }
    }
}
