package import DynamoDBItems

/// Makes conditions part by part, from what is not written as an expression: legacy parameters, PartiQL.
///
/// Parts are named by numbers that the functions answer; each part is used once.
package struct ConditionBuilder: Sendable {
    private var source = ConditionSyntax(syntax: Syntax(kind: .condition))
    private var paths: [DocumentPath] = []
    private var values: [ItemValue?] = []

    package init() {}

    // MARK: Operands

    package mutating func path(_ path: DocumentPath) -> Int {
        self.paths.append(path)
        return self.add(.path(self.paths.count - 1))
    }

    package mutating func value(_ value: ItemValue) -> Int {
        self.values.append(value)
        return self.add(.value(self.values.count - 1))
    }

    package mutating func size(_ operand: Int) -> Int { self.call(.size, [operand]) }

    // MARK: Conditions

    package mutating func equal(_ left: Int, _ right: Int) -> Int { self.compare(.equal, left, right) }
    package mutating func notEqual(_ left: Int, _ right: Int) -> Int { self.compare(.notEqual, left, right) }
    package mutating func less(_ left: Int, _ right: Int) -> Int { self.compare(.less, left, right) }
    package mutating func lessOrEqual(_ left: Int, _ right: Int) -> Int { self.compare(.lessOrEqual, left, right) }
    package mutating func greater(_ left: Int, _ right: Int) -> Int { self.compare(.greater, left, right) }
    package mutating func greaterOrEqual(_ left: Int, _ right: Int) -> Int {
        self.compare(.greaterOrEqual, left, right)
    }
    package mutating func between(_ value: Int, _ low: Int, _ high: Int) -> Int { self.add(.between(value, low, high)) }
    package mutating func among(_ value: Int, _ others: [Int]) -> Int { self.add(.among(self.link([value] + others))) }
    package mutating func exists(_ path: Int) -> Int { self.call(.attributeExists, [path]) }
    package mutating func notExists(_ path: Int) -> Int { self.call(.attributeNotExists, [path]) }
    package mutating func hasType(_ path: Int, _ type: Int) -> Int { self.call(.attributeType, [path, type]) }
    package mutating func begins(_ operand: Int, with prefix: Int) -> Int { self.call(.beginsWith, [operand, prefix]) }
    package mutating func contains(_ operand: Int, _ part: Int) -> Int { self.call(.contains, [operand, part]) }
    /// True without any parts.
    package mutating func all(_ parts: [Int]) -> Int { self.add(.all(self.link(parts))) }
    /// False without any parts.
    package mutating func any(_ parts: [Int]) -> Int { self.add(.any(self.link(parts))) }
    package mutating func not(_ part: Int) -> Int { self.add(.not(part)) }

    /// The condition that `root` is. Mutating, so that `root` may be made in the call: else the parts of before it would be taken.
    package mutating func condition(_ root: Int) -> Condition {
        var source = self.source
        source.root = root
        return Condition(source: source, paths: self.paths, values: self.values)
    }

    // MARK: Parts

    mutating func compare(_ comparator: Comparator, _ left: Int, _ right: Int) -> Int {
        self.add(.comparison(comparator, left, right))
    }

    private mutating func call(_ function: ConditionFunction, _ operands: [Int]) -> Int {
        self.add(.function(function, self.link(operands)))
    }

    private mutating func add(_ node: ConditionNode) -> Int {
        self.source.nodes.append(node)
        return self.source.nodes.count - 1
    }

    private mutating func link(_ nodes: [Int]) -> Range<Int> {
        let start = self.source.links.count
        self.source.links += nodes
        return start..<self.source.links.count
    }
}
