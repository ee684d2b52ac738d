internal import DynamoDBItems

/// Literals and parameters, written as they are read.
extension PartiQLParser {
    /// Whether what comes next is a value and not a path.
    var isValue: Bool {
        switch self.kind {
        case .string, .number, .parameter, .minus, .plus, .openList, .openMap, .openSet: true
        case .word: self.isWord("TRUE") || self.isWord("FALSE") || self.isWord("NULL")
        default: false
        }
    }

    mutating func value() throws(ItemError) -> ItemValue {
        if self.accept(.parameter) { return self.parameter() }
        var writer = ItemWriter(capacity: 64)
        try self.value(into: &writer)
        if let error = writer.error { throw error }
        return writer.takeValue()
    }

    private mutating func value(into writer: inout ItemWriter) throws(ItemError) {
        try self.enter()
        defer { self.leave() }
        switch self.kind {
        case .string: writer.string(utf8: self.takeText()[...])
        case .number, .minus, .plus: writer.number(utf8: try self.number()[...])
        case .parameter:
            self.advance()
            writer.copy(self.parameter())
        case .openList: try self.list(into: &writer)
        case .openMap: try self.map(into: &writer)
        case .openSet: try self.set(into: &writer)
        case .word where self.isWord("TRUE") || self.isWord("FALSE"):
            writer.bool(self.isWord("TRUE"))
            self.advance()
        case .word where self.isWord("NULL"):
            writer.null()
            self.advance()
        default: throw self.unexpected()
        }
    }

    /// A number with its sign, as the wire has it.
    private mutating func number() throws(ItemError) -> [UInt8] {
        let isNegative = self.kind == .minus
        if self.kind != .number { self.advance() }
        guard self.kind == .number else { throw self.unexpected() }
        return (isNegative ? [UInt8(ascii: "-")] : []) + self.takeText()
    }

    private mutating func list(into writer: inout ItemWriter) throws(ItemError) {
        try self.expect(.openList)
        writer.begin(.list)
        if self.kind != .closeList {
            repeat { try self.value(into: &writer) } while self.accept(.comma)
        }
        try self.expect(.closeList)
        writer.end()
    }

    private mutating func map(into writer: inout ItemWriter) throws(ItemError) {
        try self.expect(.openMap)
        writer.begin(.map)
        if self.kind != .closeMap {
            repeat {
                guard self.kind == .string else { throw self.unexpected() }
                let name = self.takeText()
                if name.isEmpty { writer.fail(.emptyName) }
                try self.expect(.colon)
                writer.name(utf8: name[...])
                try self.value(into: &writer)
            } while self.accept(.comma)
        }
        try self.expect(.closeMap)
        writer.end()
    }

    /// `<<1, 2>>`: the first element says of what type the set is.
    private mutating func set(into writer: inout ItemWriter) throws(ItemError) {
        try self.expect(.openSet)
        if self.kind == .closeSet { throw Self.malformed("A set may not be empty") }
        var elements: [ItemValue] = []
        repeat { elements.append(try self.value()) } while self.accept(.comma)
        try self.expect(.closeSet)
        let types: [(element: ValueType, set: ValueType)] = [
            (.string, .stringSet), (.number, .numberSet), (.binary, .binarySet),
        ]
        guard let type = types.first(where: { $0.element == elements[0].type })?.set,
            elements.allSatisfy({ $0.type == elements[0].type })
        else { throw Self.malformed("A set may only have strings, numbers or binaries, all of one type") }
        writer.begin(type)
        for element in elements { writer.member(element.content) }
        writer.end()
    }
}
