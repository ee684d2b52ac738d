/// What stands in braces among the values of a field: `{"prefix": "a"}`.
extension PatternCompiler {
    enum Expression {
        case value(ValueTest)
        case present
        case absent
    }

    mutating func expression(
        _ members: [PatternNode.Member], of node: PatternNode
    ) throws(EventPatternError) -> Expression {
        guard let member = members.first else { throw self.error("Match expression name not found", at: node.end) }
        let expression: Expression
        switch member.name {
        case "exact": expression = .value(.exact(try self.string(member)))
        case "prefix": expression = .value(try self.affix(member, .start))
        case "suffix": expression = .value(try self.affix(member, .end))
        case "equals-ignore-case": expression = .value(.folded(FoldedText.fold(try self.string(member))))
        case "wildcard": expression = .value(.wildcard(try self.wildcard(member.value, "wildcard")))
        case "cidr":
            let text = try self.text(member.value, "prefix match pattern must be a string")
            expression = .value(.address(try self.block(text, at: member.value.offset)))
        case "numeric": expression = .value(.numeric(try self.numeric(member.value)))
        case "anything-but": expression = .value(.anythingBut(try self.anythingBut(member.value)))
        case "exists":
            guard case .literal(let text) = member.value.content, text != "null" else {
                throw self.error("exists match pattern must be either true or false.", at: member.value.offset)
            }
            expression = text == "true" ? .present : .absent
        default: throw self.error("Unrecognized match type \(member.name)", at: member.offset)
        }
        try self.single(members)
        return expression
    }

    private func single(_ members: [PatternNode.Member]) throws(EventPatternError) {
        guard members.count > 1 else { return }
        throw self.error("Only one key allowed in match expression", at: members[1].offset)
    }

    func text(_ node: PatternNode, _ reason: String) throws(EventPatternError) -> [UInt8] {
        guard case .string(let text) = node.content else { throw self.error(reason, at: node.offset) }
        return Array(text.utf8)
    }

    private func string(_ member: PatternNode.Member) throws(EventPatternError) -> [UInt8] {
        try self.text(member.value, "\(member.name) match pattern must be a string")
    }

    /// The text of `prefix` and `suffix`, or `{"equals-ignore-case": …}` in its place.
    private func affix(_ member: PatternNode.Member, _ side: TextSide) throws(EventPatternError) -> ValueTest {
        guard case .object(let inner) = member.value.content else { return .affix(side, try self.string(member)) }
        guard let first = inner.first else {
            throw self.error("\(member.name) expression name not found", at: member.value.end)
        }
        guard first.name == "equals-ignore-case" else {
            throw self.error("Unsupported \(member.name) match pattern: \(first.name)", at: first.offset)
        }
        let text = try self.text(first.value, "equals-ignore-case match pattern must be a string")
        try self.single(inner)
        return .foldedAffix(side, FoldedText.fold(text))
    }

    mutating func wildcard(_ node: PatternNode, _ name: String) throws(EventPatternError) -> WildcardText {
        let text = try self.text(node, "\(name) match pattern must be a string")
        let wildcard: WildcardText
        do throws(WildcardText.Failure) { wildcard = try WildcardText(text) } catch {
            throw self.error(error.reason, at: node.offset)
        }
        self.wildcards += wildcard.count
        guard self.wildcards <= EventPatternLimits.wildcards else {
            throw self.error(
                "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a "
                    + "wildcard character", at: node.offset)
        }
        return wildcard
    }

    private func block(_ text: [UInt8], at offset: Int) throws(EventPatternError) -> AddressBlock {
        do throws(AddressBlock.Failure) { return try AddressBlock(cidr: String(decoding: text, as: UTF8.self)) } catch {
            throw self.error(error.reason, at: offset)
        }
    }
}
