internal import DynamoDBItems

/// Puts names and values into a condition and checks what depends on them, comparison by comparison, in AWS's order.
struct ConditionBinder {
    private let source: ConditionSyntax
    private let bindings: Bindings
    private var paths: [DocumentPath?]
    private var values: [ItemValue?]

    init(_ source: ConditionSyntax, _ bindings: Bindings) {
        self.source = source
        self.bindings = bindings
        self.paths = Array(repeating: nil, count: source.syntax.paths.count)
        self.values = Array(repeating: nil, count: source.syntax.valueReferences.count)
    }

    mutating func bind() throws(ItemError) -> Condition {
        try self.bind(self.source.root)
        return Condition(source: self.source, paths: self.paths.compactMap { $0 }, values: self.values)
    }

    private mutating func bind(_ node: Int) throws(ItemError) {
        switch self.source.nodes[node] {
        case .all(let links), .any(let links): for link in links { try self.bind(self.source.links[link]) }
        case .not(let part): try self.bind(part)
        case .comparison(let comparator, let left, let right):
            try self.resolve([left, right])
            try self.checkDistinct(comparator.rawValue, [left, right])
            if comparator.isOrder {
                for operand in [left, right] { try self.checkOrdered(comparator.rawValue, operand) }
            }
        case .between(let value, let low, let high):
            try self.resolve([value, low, high])
            for operand in [value, low, high] { try self.checkOrdered("BETWEEN", operand) }
            try self.checkBounds(low, high)
        case .among(let links):
            let operands = links.map { self.source.links[$0] }
            try self.resolve(operands)
            guard operands.count - 1 <= ExpressionLimits.inOperands else {
                throw self.invalid(
                    "The IN operator is provided with too many operands; number of operands: \(operands.count - 1)")
            }
            try self.checkDistinct("IN", operands)
        case .function: try self.resolve([node])
        case .path, .value: break
        }
    }

    private func invalid(_ message: String) -> ItemError { self.source.syntax.kind.invalid(message) }

    // MARK: Names and values

    /// First all names and values, then the functions among the operands.
    private mutating func resolve(_ operands: [Int]) throws(ItemError) {
        for operand in operands { try self.look(at: operand) }
        for operand in operands { try self.checkFunction(operand) }
    }

    private mutating func look(at operand: Int) throws(ItemError) {
        switch self.source.nodes[operand] {
        case .path(let place): self.paths[place] = try self.bindings.path(place)
        case .value(let place): self.values[place] = try self.bindings.value(place)
        case .function(_, let links): for link in links { try self.look(at: self.source.links[link]) }
        default: break
        }
    }

    /// The type of a value of the request, or of a function's result; nil for what is in the item.
    private func type(of operand: Int) -> ValueType? {
        switch self.source.nodes[operand] {
        case .value(let place): self.values[place]?.type
        case .function(let function, _): function == .size ? .number : .bool
        default: nil
        }
    }

    private func path(of operand: Int) -> DocumentPath? {
        if case .path(let place) = self.source.nodes[operand] { self.paths[place] } else { nil }
    }

    // MARK: Checks

    private func checkFunction(_ operand: Int) throws(ItemError) {
        guard case .function(let function, let links) = self.source.nodes[operand] else { return }
        let operands = links.map { self.source.links[$0] }
        for operand in operands { try self.checkFunction(operand) }
        guard operands.count == function.operandCount else {
            throw self.invalid(
                "Incorrect number of operands for operator or function; operator or function: \(function.rawValue), number of operands: \(operands.count)"
            )
        }
        try self.checkDistinct(function.rawValue, operands)
        switch function {
        case .attributeExists, .attributeNotExists:
            if self.path(of: operands[0]) == nil {
                throw self.invalid(
                    "Operator or function requires a document path; operator or function: \(function.rawValue)")
            }
        case .attributeType: try self.checkTypeName(operands[1])
        case .beginsWith:
            for operand in operands {
                if let type = self.type(of: operand), type != .string, type != .binary {
                    throw self.wrongType(function.rawValue, type)
                }
            }
        case .size:
            if let type = self.type(of: operands[0]), type == .number || type == .bool || type == .null {
                throw self.wrongType(function.rawValue, type)
            }
        case .contains: break
        }
    }

    private func checkTypeName(_ operand: Int) throws(ItemError) {
        guard case .value(let place) = self.source.nodes[operand], let name = self.values[place]?.string else {
            // AWS lists the types that a path may lead to.
            let found = self.type(of: operand)?.rawValue ?? "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"
            throw self.invalid(
                "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: \(found)"
            )
        }
        if ValueType(rawValue: name) == nil {
            throw self.invalid(
                "Invalid attribute type name found; type: \(name), valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}")
        }
    }

    private func wrongType(_ name: String, _ type: ValueType) -> ItemError {
        self.invalid(
            "Incorrect operand type for operator or function; operator or function: \(name), operand type: \(type.rawValue)"
        )
    }

    private func checkOrdered(_ name: String, _ operand: Int) throws(ItemError) {
        if let type = self.type(of: operand), !type.isOrdered { throw self.wrongType(name, type) }
    }

    /// The first operand must be none of the others.
    private func checkDistinct(_ name: String, _ operands: [Int]) throws(ItemError) {
        guard let first = operands.first, let path = self.path(of: first) else { return }
        for operand in operands.dropFirst() where self.path(of: operand) == path {
            throw self.invalid(
                "The first operand must be distinct from the remaining operands for this operator or function; operator: \(name), first operand: \(path)"
            )
        }
    }

    private func checkBounds(_ low: Int, _ high: Int) throws(ItemError) {
        guard case .value(let lowPlace) = self.source.nodes[low], case .value(let highPlace) = self.source.nodes[high],
            let lowValue = self.values[lowPlace], let highValue = self.values[highPlace]
        else { return }
        let bounds =
            "lower bound operand: AttributeValue: \(Self.text(lowValue)), upper bound operand: AttributeValue: \(Self.text(highValue))"
        guard lowValue.type == highValue.type else {
            throw self.invalid(
                "The BETWEEN operator requires same data type for lower and upper bounds; \(bounds)")
        }
        if let order = lowValue.order(to: highValue), order > 0 {
            throw self.invalid(
                "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; \(bounds)")
        }
    }

    /// `{S:text}`.
    private static func text(_ value: ItemValue) -> String {
        let content = value.string ?? value.number?.text ?? String(decoding: value.content, as: UTF8.self)
        return "{\(value.type.rawValue):\(content)}"
    }
}
