/// One write of a simulation, of one item: what it does, and its version where it leaves an item. No two writes have the same.
struct TablePart {
    enum Kind: String { case put = "Put", update = "Update", delete = "Delete", check = "ConditionCheck" }

    let kind: Kind
    let table: String
    let key: String
    /// The attributes of a put but its key's.
    let attributes: String
    let update: String
    let condition: String
    let values: [String]
    let version: TableLedger.Version?

    private var item: String { "{\(self.key)\(self.attributes)}" }

    /// As a request of its own, or as a part of a transaction.
    var request: String { self.request("") }

    func request(_ more: String) -> String {
        let what: String
        switch self.kind {
        case .put: what = #""Item":\#(self.item)"#
        case .update: what = #""Key":{\#(self.key)},"UpdateExpression":"\#(self.update)""#
        case .delete, .check: what = #""Key":{\#(self.key)}"#
        }
        let values =
            self.values.isEmpty ? "" : #","ExpressionAttributeValues":{\#(self.values.joined(separator: ","))}"#
        let condition = self.condition.isEmpty ? "" : #","ConditionExpression":"\#(self.condition)""#
        return #"{"TableName":"\#(self.table)",\#(what)\#(condition)\#(values)\#(more)}"#
    }

    static func transaction(_ parts: [TablePart], token: String?) -> String {
        let items = parts.map { #"{"\#($0.kind.rawValue)":\#($0.request)}"# }.joined(separator: ",")
        return #"{"TransactItems":[\#(items)]\#(token.map { #","ClientRequestToken":"\#($0)""# } ?? "")}"#
    }

    static func batch(_ parts: [TablePart]) -> String {
        let tables = Set(parts.map(\.table)).sorted().map { table in
            let requests = parts.filter { $0.table == table }.map { part in
                part.kind == .put
                    ? #"{"PutRequest":{"Item":\#(part.item)}}"# : #"{"DeleteRequest":{"Key":{\#(part.key)}}}"#
            }
            return #""\#(table)":[\#(requests.joined(separator: ","))]"#
        }
        return #"{"RequestItems":{\#(tables.joined(separator: ","))}}"#
    }
}

extension TableSimulation {
    /// A write with everything chosen at random.
    func part() -> TablePart {
        let kinds: [TablePart.Kind] = [.put, .put, .update, .update, .delete]
        return self.part(kinds[self.below(kinds.count)], at: self.place())
    }

    /// Writes of different items.
    func parts(count: Int, of kinds: [TablePart.Kind]) -> [TablePart] {
        var places: [String: (String, String)] = [:]
        for _ in 0..<count {
            let place = self.place()
            places[place.0 + place.1] = place
        }
        return places.sorted { $0.key < $1.key }.map { self.part(kinds[self.below(kinds.count)], at: $0.value) }
    }

    private func place() -> (table: String, key: String) {
        if self.below(4) == 0 { return ("other", #""pk":{"S":"o\#(self.below(4))"}"#) }
        return ("items", #""pk":{"S":"p\#(self.below(3))"},"sk":{"N":"\#(self.below(5))"}"#)
    }

    private func part(_ kind: TablePart.Kind, at place: (table: String, key: String)) -> TablePart {
        var version: TableLedger.Version?
        if kind == .put || kind == .update {
            self.versions += 1
            version = TableLedger.Version(table: place.table, number: self.versions)
        }
        var values: [String] = []
        var update = ""
        if kind == .update, let version {
            update = "SET v = :v, g = :g, h = :h ADD n :one"
            values = [
                #"":v":{"N":"\#(version.number)"}"#, #"":g":{"S":"g\#(self.below(3))"}"#, #"":h":\#(self.late())"#,
                #"":one":{"N":"1"}"#,
            ]
            if self.below(3) == 0 { update += " REMOVE r, l" }
        }
        var condition = ""
        if kind != .check, self.below(3) > 0 {
        } else if self.below(3) == 0 {
            condition = "attribute_not_exists(pk)"
        } else if self.below(2) == 0 || kind == .check {
            condition = "attribute_exists(pk)"
        } else {
            condition = "attribute_not_exists(v) OR v < :least"
            values.append(#"":least":{"N":"\#(self.versions - self.below(20))"}"#)
        }
        return TablePart(
            kind: kind, table: place.table, key: place.key,
            attributes: version.map { self.attributes($0.number) } ?? "", update: update, condition: condition,
            values: values, version: version)
    }

    private func attributes(_ version: Int) -> String {
        var text = #","v":{"N":"\#(version)"}"#
        if self.below(4) > 0 { text += #","g":{"S":"g\#(self.below(3))"}"# }
        if self.below(4) > 0 { text += #","r":{"N":"\#(self.below(7) - 3)"}"# }
        if self.below(4) > 0 { text += #","l":{"S":"l\#(self.below(5))"}"# }
        if self.below(2) > 0 { text += #","h":\#(self.late())"# }
        if self.below(2) > 0 { text += #","x":{"S":"\#(String(repeating: "x", count: self.below(300)))"}"# }
        if self.below(6) == 0 { text += #","ttl":{"N":"\#(self.seconds + Int64(self.below(40)))"}"# }
        return text
    }

    /// A value of the late index's sort key: now and then one that no index can have.
    private func late() -> String {
        switch self.below(12) {
        case 0: #"{"S":""}"#
        case 1: #"{"S":"\#(String(repeating: "h", count: 1_025 + 2_000 * self.below(2)))"}"#
        case 2: #"{"N":"7"}"#
        default: #"{"S":"h\#(self.below(4))"}"#
        }
    }
}
