/// `anything-but`: a text, a number, a list of either, or an expression in braces.
extension PatternCompiler {
    mutating func anythingBut(_ node: PatternNode) throws(EventPatternError) -> AnythingBut {
        switch node.content {
        case .object(let members): return try self.anythingBut(members, of: node)
        case .array(let elements): return try self.anythingButList(elements, of: node)
        case .string(let text): return AnythingBut(strings: [Array(text.utf8)])
        case .number(let text): return AnythingBut(numbers: [try self.number(text, at: node.offset)])
        case .literal:
            throw self.error("Value of anything-but must be an array or single string/number value.", at: node.offset)
        }
    }

    private func anythingButList(_ elements: [PatternNode], of node: PatternNode) throws(EventPatternError)
        -> AnythingBut
    {
        var but = AnythingBut()
        for element in elements {
            switch element.content {
            case .string(let text): but.strings.insert(Array(text.utf8))
            case .number(let text): but.numbers.insert(try self.number(text, at: element.offset))
            default:
                throw self.error(
                    "Inside anything but list, start|null|boolean is not supported.", at: element.offset)
            }
        }
        guard but.strings.isEmpty != but.numbers.isEmpty else {
            throw self.error(
                "Inside anything but list, either all values are number or string, mixed type is not supported",
                at: node.end)
        }
        return but
    }

    private mutating func anythingBut(
        _ members: [PatternNode.Member], of node: PatternNode
    ) throws(EventPatternError) -> AnythingBut {
        guard let member = members.first else {
            throw self.error("Anything-But expression name not found", at: node.end)
        }
        guard ["prefix", "suffix", "equals-ignore-case", "wildcard"].contains(member.name) else {
            throw self.error("Unsupported anything-but pattern: \(member.name)", at: member.offset)
        }
        let nodes: [PatternNode]
        if case .array(let elements) = member.value.content { nodes = elements } else { nodes = [member.value] }
        var but = AnythingBut()
        for value in nodes { but.tests.append(try self.test(member.name, value)) }
        guard !nodes.isEmpty else { throw self.error("Empty arrays are not allowed", at: member.value.end) }
        if members.count > 1 {
            throw self.error("Only one key allowed in match expression", at: members[1].offset)
        }
        return but
    }

    private mutating func test(_ name: String, _ node: PatternNode) throws(EventPatternError) -> ValueTest {
        switch name {
        case "prefix", "suffix":
            let text = try self.text(node, "prefix/suffix match pattern must be a string")
            guard !text.isEmpty else { throw self.error("Null prefix/suffix not allowed", at: node.offset) }
            return .affix(name == "prefix" ? .start : .end, text)
        case "wildcard": return .wildcard(try self.wildcard(node, "wildcard"))
        default:
            let reason =
                "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
            return .folded(FoldedText.fold(try self.text(node, reason)))
        }
    }
}
