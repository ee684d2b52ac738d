internal import DynamoDBItems

/// Puts names and values into an update and checks what depends on them, in AWS's order.
struct UpdateBinder {
    private let source: UpdateSyntax
    private let bindings: Bindings

    init(_ source: UpdateSyntax, _ bindings: Bindings) {
        self.source = source
        self.bindings = bindings
    }

    func bind() throws(ItemError) -> Update {
        let paths = try self.paths()
        for place in self.source.syntax.valueReferences.indices { _ = try self.bindings.value(place) }
        let targets = self.source.actions.map { paths[$0.path] }
        if Projection(targets).hasClash { try DocumentPath.checkApart(targets, .update) }
        try self.checkOperands()
        for action in self.source.actions {
            if case .set(_, let value) = action { try self.checkFunctions(value) }
        }
        var changes: [Update.Change] = []
        for action in self.source.actions {
            let change = try self.change(action, paths)
            changes.append(Update.Change(path: paths[action.path], action: change))
        }
        return Update(changes)
    }

    private func paths() throws(ItemError) -> [DocumentPath] {
        var paths: [DocumentPath] = []
        for place in self.source.syntax.paths.indices { paths.append(try self.bindings.path(place)) }
        return paths
    }

    private func invalid(_ message: String) -> ItemError { ExpressionKind.update.invalid(message) }

    // MARK: Checks

    /// ADD takes numbers and sets, DELETE takes sets.
    private func checkOperands() throws(ItemError) {
        for action in self.source.actions {
            let (name, place): (String, Int)
            switch action {
            case .add(_, let value): (name, place) = ("ADD", value)
            case .delete(_, let value): (name, place) = ("DELETE", value)
            case .set, .remove: continue
            }
            let type = try self.bindings.value(place).type
            guard type.elementType != nil || name == "ADD" && type == .number else {
                throw self.invalid(
                    "Incorrect operand type for operator or function; operator: \(name), operand type: \(type.longName)"
                )
            }
        }
    }

    private func checkFunctions(_ node: Int) throws(ItemError) {
        switch self.source.nodes[node] {
        case .path, .value: return
        case .function(let function, let operands):
            for operand in operands { try self.checkFunctions(operand) }
            guard operands.count == 2 else {
                throw self.invalid(
                    "Incorrect number of operands for operator or function; operator or function: \(function.rawValue), number of operands: \(operands.count)"
                )
            }
            switch function {
            case .ifNotExists:
                guard case .path = self.source.nodes[operands[0]] else {
                    throw self.invalid(
                        "Operator or function requires a document path; operator or function: if_not_exists")
                }
            case .listAppend: for operand in operands { try self.check(operand, is: .list, "list_append") }
            }
        case .sum(let left, let right), .difference(let left, let right):
            for operand in [left, right] {
                try self.checkFunctions(operand)
                let sign = if case .sum = self.source.nodes[node] { "+" } else { "-" }
                try self.check(operand, is: .number, sign)
            }
        }
    }

    private func check(_ node: Int, is wanted: ValueType, _ name: String) throws(ItemError) {
        guard case .value(let place) = self.source.nodes[node] else { return }
        let type = try self.bindings.value(place).type
        guard type == wanted else {
            throw self.invalid(
                "Incorrect operand type for operator or function; operator or function: \(name), operand type: \(type.rawValue)"
            )
        }
    }

    // MARK: Result

    private func change(
        _ action: UpdateSyntax.Action, _ paths: [DocumentPath]
    ) throws(ItemError) -> Update.Action {
        switch action {
        case .set(_, let value): .set(try self.value(value, paths))
        case .remove: .remove
        case .add(_, let value): .add(try self.bindings.value(value), isLegacy: false)
        case .delete(_, let value): .delete(try self.bindings.value(value), isLegacy: false)
        }
    }

    private func value(_ node: Int, _ paths: [DocumentPath]) throws(ItemError) -> Update.Source {
        switch self.source.nodes[node] {
        case .path(let place): return .path(paths[place])
        case .value(let place): return .value(try self.bindings.value(place))
        case .sum(let left, let right): return .sum(try self.value(left, paths), try self.value(right, paths))
        case .difference(let left, let right):
            return .difference(try self.value(left, paths), try self.value(right, paths))
        case .function(let function, let operands):
            let second = try self.value(operands[1], paths)
            switch function {
            case .listAppend: return .listAppend(try self.value(operands[0], paths), second)
            case .ifNotExists:
                guard case .path(let place) = self.source.nodes[operands[0]] else {
                    preconditionFailure("if_not_exists was checked to have a path.")
                }
                return .ifNotExists(paths[place], second)
            }
        }
    }
}
