internal import ApusBase

/// Makes tests of a pattern's text, in the order of the text, so that the first mistake is the one that is told.
struct PatternCompiler {
    let text: String
    private(set) var absences: [[[UInt8]]] = []
    private var path: [[UInt8]] = []
    var wildcards = 0

    /// Names that may not be fields within `$or`: they would be a match expression gone astray.
    private static let reserved: Set<String> = [
        "exact", "equals-ignore-case", "prefix", "suffix", "anything-but", "numeric", "exists", "wildcard", "cidr",
    ]

    init(_ text: String) { self.text = text }

    func error(_ reason: String, at offset: Int) -> EventPatternError {
        EventPatternError(reason, in: self.text, at: offset)
    }

    mutating func compile() throws(EventPatternError) -> ObjectTest {
        let node: PatternNode
        do throws(JSONError) {
            var reader = JSONReader(Array(self.text.utf8))
            node = try PatternNode(&reader)
            try reader.finish()
        } catch {
            throw self.error("Invalid JSON: \(error)", at: error.offset)
        }
        guard case .object(let members) = node.content else {
            throw self.error("Filter is not an object", at: node.offset)
        }
        return try self.object(members, of: node, isAlternative: false)
    }

    private mutating func object(
        _ members: [PatternNode.Member], of node: PatternNode, isAlternative: Bool
    ) throws(EventPatternError) -> ObjectTest {
        var test = ObjectTest()
        guard !members.isEmpty else { throw self.error("Empty objects are not allowed", at: node.end) }
        var names: Set<[UInt8]> = []
        for member in members {
            if member.name == "$or" {
                test.alternatives.append(try self.alternatives(member.value))
                continue
            }
            if isAlternative, Self.reserved.contains(member.name) {
                throw self.error(
                    "\(member.name) is Ruler reserved fieldName which cannot be used inside $or.", at: member.offset)
            }
            let name = Array(member.name.utf8)
            self.path.append(name)
            defer { self.path.removeLast() }
            guard names.insert(name).inserted else {
                let path = self.path.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".")
                throw self.error("Path `\(path)` cannot be allowed multiple times", at: member.value.offset)
            }
            switch member.value.content {
            case .object(let inner):
                let object = try self.object(inner, of: member.value, isAlternative: isAlternative)
                test.fields.append(ObjectTest.Field(name: name, test: .object(object)))
            case .array(let elements):
                let leaf = try self.leaf(elements, of: member.value)
                test.fields.append(ObjectTest.Field(name: name, test: .leaf(leaf)))
            default:
                throw self.error("\"\(member.name)\" must be an object or an array", at: member.value.offset)
            }
        }
        test.fields.sort { SortedTexts.precedes($0.name, $1.name) }
        return test
    }

    private mutating func alternatives(_ node: PatternNode) throws(EventPatternError) -> [ObjectTest] {
        guard case .array(let elements) = node.content else {
            throw self.error("It must be an Array followed with $or.", at: node.offset)
        }
        var tests: [ObjectTest] = []
        for element in elements {
            guard case .object(let members) = element.content else {
                throw self.error("Only JSON object is allowed in array of $or relationship.", at: element.offset)
            }
            tests.append(try self.object(members, of: element, isAlternative: true))
        }
        guard tests.count >= 2 else {
            throw self.error("There must have at least 2 Objects in $or relationship.", at: node.end)
        }
        return tests
    }

    private mutating func leaf(_ elements: [PatternNode], of node: PatternNode) throws(EventPatternError) -> LeafTest {
        var leaf = LeafTest()
        for element in elements {
            switch element.content {
            case .string(let text): leaf.exact.strings.insert(Array(text.utf8))
            // As it is written: AWS compares what stands in brackets by its text.
            case .number(let text): leaf.exact.numbers.insert(Array(text.utf8))
            case .literal(let text): leaf.exact.literals.insert(Array(text.utf8))
            case .array:
                throw self.error("Match value must be String, number, true, false, or null", at: element.offset)
            case .object(let members):
                switch try self.expression(members, of: element) {
                case .value(let test): leaf.tests.append(test)
                case .present: leaf.acceptsAll = true
                case .absent where leaf.absence == nil:
                    leaf.absence = self.absences.count
                    self.absences.append(self.path)
                case .absent: break
                }
            }
        }
        guard !elements.isEmpty else { throw self.error("Empty arrays are not allowed", at: node.end) }
        return leaf
    }
}
