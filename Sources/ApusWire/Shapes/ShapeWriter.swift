package import ApusBase

/// Writes shapes to a response in one wire protocol.
///
/// `member`, `element` and `key` announce the next value, which exactly one `write…`, or one structure, list or map,
/// follows.
package protocol ShapeWriter: ~Copyable {
    mutating func beginStructure(_ table: MemberTable)
    mutating func member(_ table: MemberTable, _ index: Int)
    mutating func endStructure()

    mutating func beginList()
    mutating func element()
    mutating func endList()

    mutating func beginMap()
    mutating func key(_ key: String)
    mutating func endMap()

    mutating func write(_ value: String)
    mutating func write(_ value: Bool)
    mutating func write(_ value: Int)
    mutating func write(_ value: Double)
    mutating func write(blob value: [UInt8])
    mutating func write(_ value: Timestamp)
    mutating func write(document value: JSONValue)
    mutating func write<Value: Transcoded>(transcoded value: Value)
}

/// One call per member for what most members are; a member that is nil is not written.
extension ShapeWriter where Self: ~Copyable {
    package mutating func string(_ table: MemberTable, _ index: Int, _ value: String?) {
        guard let value else { return }
        self.member(table, index)
        self.write(value)
    }

    package mutating func bool(_ table: MemberTable, _ index: Int, _ value: Bool?) {
        guard let value else { return }
        self.member(table, index)
        self.write(value)
    }

    package mutating func integer(_ table: MemberTable, _ index: Int, _ value: Int?) {
        guard let value else { return }
        self.member(table, index)
        self.write(value)
    }

    package mutating func double(_ table: MemberTable, _ index: Int, _ value: Double?) {
        guard let value else { return }
        self.member(table, index)
        self.write(value)
    }

    package mutating func blob(_ table: MemberTable, _ index: Int, _ value: [UInt8]?) {
        guard let value else { return }
        self.member(table, index)
        self.write(blob: value)
    }

    package mutating func timestamp(_ table: MemberTable, _ index: Int, _ value: Timestamp?) {
        guard let value else { return }
        self.member(table, index)
        self.write(value)
    }

    package mutating func document(_ table: MemberTable, _ index: Int, _ value: JSONValue?) {
        guard let value else { return }
        self.member(table, index)
        self.write(document: value)
    }

    package mutating func structure<Value: Shape>(_ table: MemberTable, _ index: Int, _ value: Value?) {
        guard let value else { return }
        self.member(table, index)
        value.encode(to: &self)
    }

    package mutating func strings(_ table: MemberTable, _ index: Int, _ value: [String]?) {
        guard let value else { return }
        self.member(table, index)
        self.beginList()
        for element in value {
            self.element()
            self.write(element)
        }
        self.endList()
    }

    package mutating func structures<Element: Shape>(_ table: MemberTable, _ index: Int, _ value: [Element]?) {
        guard let value else { return }
        self.member(table, index)
        self.beginList()
        for element in value {
            self.element()
            element.encode(to: &self)
        }
        self.endList()
    }

    /// Entries leave in the order of their keys, so that an answer is the same each time.
    package mutating func stringMap(_ table: MemberTable, _ index: Int, _ value: [String: String]?) {
        guard let value else { return }
        self.member(table, index)
        self.beginMap()
        for (key, element) in value.sorted(by: { $0.key < $1.key }) {
            self.key(key)
            self.write(element)
        }
        self.endMap()
    }

    /// Entries leave in the order of their keys, so that an answer is the same each time.
    package mutating func structureMap<Value: Shape>(_ table: MemberTable, _ index: Int, _ value: [String: Value]?) {
        guard let value else { return }
        self.member(table, index)
        self.beginMap()
        for (key, element) in value.sorted(by: { $0.key < $1.key }) {
            self.key(key)
            element.encode(to: &self)
        }
        self.endMap()
    }
}
