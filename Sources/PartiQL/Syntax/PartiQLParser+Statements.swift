internal import DynamoDBExpressions
internal import DynamoDBItems

extension PartiQLParser {
    mutating func statement() throws(ItemError) -> PartiQLStatement {
        let statement: PartiQLStatement
        if self.accept("SELECT") {
            statement = .select(try self.select())
        } else if self.accept("INSERT") {
            statement = .insert(try self.insert())
        } else if self.accept("UPDATE") {
            statement = .update(try self.update())
        } else if self.accept("DELETE") {
            statement = .delete(try self.delete())
        } else if self.accept("EXISTS") {
            try self.expect(.open)
            try self.expect("SELECT")
            statement = .exists(try self.select())
            try self.expect(.close)
        } else {
            throw Self.malformed("Expected data manipulation")
        }
        try self.end()
        return statement
    }

    // MARK: SELECT

    private mutating func select() throws(ItemError) -> PartiQLStatement.Select {
        if self.isWord("DISTINCT") { throw self.unsupported("Unsupported clause: DISTINCT") }
        let columns = try self.columns()
        guard self.accept("FROM") else { throw self.unexpected() }
        let source = try self.source()
        let condition: PartiQLCondition? = self.accept("WHERE") ? try self.condition() : nil
        try self.checkClauses()
        let order = try self.order()
        try self.checkClauses()
        return PartiQLStatement.Select(source: source, columns: columns, condition: condition, order: order)
    }

    private mutating func columns() throws(ItemError) -> [PartiQLColumn]? {
        if self.accept(.star) { return nil }
        var columns: [PartiQLColumn] = []
        repeat {
            if self.kind == .word, self.afterNext.kind == .open {
                throw self.unsupported("Unsupported function in projection")
            }
            let path = try self.path()
            if self.isWord("AS") { throw ItemError("Aliasing is not supported") }
            let name: [UInt8] =
                if case .name(let name) = path.steps[path.steps.count - 1] { name } else {
                    Array("_\(columns.count + 1)".utf8)
                }
            columns.append(PartiQLColumn(path: path, name: name))
        } while self.accept(.comma)
        return columns
    }

    private mutating func source() throws(ItemError) -> PartiQLStatement.Source {
        let table = try self.name()
        let index: [UInt8]? = self.accept(.dot) ? try self.name() : nil
        if self.isWord("AS") || self.kind == .quoted || self.kind == .word && !self.isReserved {
            throw ItemError("Aliasing is not supported")
        }
        if self.kind == .comma || self.isWord("JOIN") { throw self.unsupported("Unsupported clause: JOIN") }
        return PartiQLStatement.Source(
            table: String(decoding: table, as: UTF8.self), index: index.map { String(decoding: $0, as: UTF8.self) })
    }

    /// What SQL has and DynamoDB has not.
    private func checkClauses() throws(ItemError) {
        if self.isWord("LIMIT") { throw self.unsupported("Unsupported clause: LIMIT") }
        if self.isWord("OFFSET") { throw self.unsupported("Unsupported clause: OFFSET") }
        if self.isWord("GROUP") { throw self.unsupported("Unsupported clause: GROUP BY") }
        if self.isWord("HAVING") { throw self.unsupported("Unsupported clause: HAVING") }
    }

    private mutating func order() throws(ItemError) -> [PartiQLStatement.Order] {
        guard self.accept("ORDER") else { return [] }
        try self.expect("BY")
        var order: [PartiQLStatement.Order] = []
        repeat {
            let attribute = String(decoding: try self.name(), as: UTF8.self)
            let isDescending = self.accept("DESC")
            if !isDescending { _ = self.accept("ASC") }
            order.append(PartiQLStatement.Order(attribute: attribute, isDescending: isDescending))
        } while self.accept(.comma)
        return order
    }

    // MARK: INSERT, UPDATE, DELETE

    private mutating func table() throws(ItemError) -> String {
        let name = try self.name()
        if self.kind == .dot { throw ItemError("This operation is not supported on an index") }
        return String(decoding: name, as: UTF8.self)
    }

    private mutating func insert() throws(ItemError) -> PartiQLStatement.Insert {
        try self.expect("INTO")
        let table = try self.table()
        guard self.accept("VALUE") else { throw Self.malformed("Unexpected keyword") }
        let value = try self.value()
        guard value.type == .map else { throw Self.malformed("Expected a map after VALUE") }
        return PartiQLStatement.Insert(table: table, item: Self.item(value))
    }

    private static func item(_ map: ItemValue) -> Item {
        var writer = ItemWriter(capacity: map.encoded.count + 1)
        writer.beginItem()
        for (name, value) in map.entries {
            writer.name(utf8: name)
            writer.keep(value)
        }
        return writer.endItem()
    }

    private mutating func update() throws(ItemError) -> PartiQLStatement.UpdateItem {
        let table = try self.table()
        var changes: [Update.Change] = []
        while self.isWord("SET") || self.isWord("REMOVE") {
            let isSet = self.isWord("SET")
            self.advance()
            repeat {
                changes.append(isSet ? try self.assignment() : Update.Change(path: try self.path(), action: .remove))
            } while self.accept(.comma)
        }
        if changes.isEmpty { throw Self.malformed("Expected data manipulation") }
        let update = try Update(checked: changes)
        return PartiQLStatement.UpdateItem(
            table: table, update: update, condition: try self.whereClause(), returning: try self.returning())
    }

    private mutating func delete() throws(ItemError) -> PartiQLStatement.DeleteItem {
        try self.expect("FROM")
        let table = try self.table()
        let condition = try self.whereClause()
        let returning = try self.returning()
        guard returning == nil || returning == .allOld else {
            throw ItemError("Only RETURNING ALL OLD * is supported in DELETE statements")
        }
        return PartiQLStatement.DeleteItem(table: table, condition: condition, returning: returning)
    }

    private mutating func whereClause() throws(ItemError) -> PartiQLCondition? {
        self.accept("WHERE") ? try self.condition() : nil
    }

    private mutating func returning() throws(ItemError) -> PartiQLStatement.Returning? {
        guard self.accept("RETURNING") else { return nil }
        let isModified = self.accept("MODIFIED")
        if !isModified { try self.expect("ALL") }
        let isOld = self.accept("OLD")
        if !isOld { try self.expect("NEW") }
        try self.expect(.star)
        return isModified ? (isOld ? .modifiedOld : .modifiedNew) : (isOld ? .allOld : .allNew)
    }

    // MARK: SET

    /// `path = data`.
    private mutating func assignment() throws(ItemError) -> Update.Change {
        let path = try self.path()
        try self.expect(.equal)
        for (name, isAddition) in [("SET_ADD" as StaticString, true), ("SET_DELETE", false)] where self.isCall(name) {
            return try self.setChange(path, isAddition)
        }
        return Update.Change(path: path, action: .set(try self.sum()))
    }

    /// `SET_ADD(path, set)`: ADD of an update expression; `SET_DELETE`: its DELETE.
    private mutating func setChange(_ path: DocumentPath, _ isAddition: Bool) throws(ItemError) -> Update.Change {
        let name = isAddition ? "SET_ADD" : "SET_DELETE"
        self.advance()
        try self.expect(.open)
        let source = try self.path()
        try self.expect(.comma)
        let value = try self.value()
        try self.expect(.close)
        guard source == path else { throw ItemError("\(name) must be given the attribute that is set") }
        guard value.type.elementType != nil else {
            throw ItemError(
                "Incorrect operand type for operator or function; operator: \(name), operand type: \(value.type.longName)"
            )
        }
        let action: Update.Action = isAddition ? .add(value, isLegacy: false) : .delete(value, isLegacy: false)
        return Update.Change(path: path, action: action)
    }

    private func isCall(_ name: StaticString) -> Bool { self.isWord(name) && self.afterNext.kind == .open }

    /// Operands with `+` and `-` between them.
    private mutating func sum() throws(ItemError) -> Update.Source {
        var source = try self.term()
        var count = 0
        while self.kind == .plus || self.kind == .minus {
            // A long sum is a deep tree.
            count += 1
            guard count <= PartiQLLimits.conditionDepth else { throw Self.malformed("Statement is nested too deep") }
            let isSum = self.kind == .plus
            self.advance()
            let right = try self.term()
            source = isSum ? .sum(source, right) : .difference(source, right)
        }
        return source
    }

    private mutating func term() throws(ItemError) -> Update.Source {
        try self.enter()
        defer { self.leave() }
        if self.accept(.open) {
            let source = try self.sum()
            try self.expect(.close)
            return source
        }
        if self.isCall("LIST_APPEND") {
            self.advance()
            try self.expect(.open)
            let left = try self.sum()
            try self.expect(.comma)
            let right = try self.sum()
            try self.expect(.close)
            return .listAppend(left, right)
        }
        return self.isValue ? .value(try self.value()) : .path(try self.path())
    }
}
