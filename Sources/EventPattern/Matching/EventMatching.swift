/// One question of one pattern about one event.
///
/// Fields of one object of the pattern must be found in one object of the event: of a list of objects one must have them all.
/// A field is absent when no object of the event has it at that path, as event-ruler sees it; what has only objects or empty
/// lists there is absent too, since patterns know values only.
struct EventMatching {
    private let tape: EventTape
    private let absences: [[[UInt8]]]
    /// What is known of the paths in `absences`.
    private var isAbsent: [Bool?]

    init(_ tape: EventTape, absences: [[[UInt8]]]) {
        self.tape = tape
        self.absences = absences
        self.isAbsent = Array(repeating: nil, count: absences.count)
    }

    mutating func holds(_ test: ObjectTest, at index: Int) -> Bool {
        switch self.tape.nodes[index].kind {
        case .object: return self.holdsInObject(test, at: index)
        case .array:
            var child = index + 1
            while child < self.tape.nodes[index].next {
                if self.holds(test, at: child) { return true }
                child = self.tape.nodes[child].next
            }
            return false
        case .string, .number, .literal: return false
        }
    }

    private mutating func holdsInObject(_ test: ObjectTest, at index: Int) -> Bool {
        var held = [Bool](repeating: false, count: test.fields.count)
        var left = test.fields.count
        var child = index + 1
        while left > 0, child < self.tape.nodes[index].next {
            let node = self.tape.nodes[child]
            if let number = Self.field(named: self.tape.bytes[node.name], of: test), !held[number],
                self.holds(test.fields[number].test, at: child)
            {
                held[number] = true
                left -= 1
            }
            child = node.next
        }
        for number in held.indices where !held[number] {
            guard self.holdsAbsent(test.fields[number].test) else { return false }
        }
        for alternatives in test.alternatives {
            var holds = false
            for alternative in alternatives where !holds { holds = self.holdsInObject(alternative, at: index) }
            guard holds else { return false }
        }
        return true
    }

    private static func field(named name: ArraySlice<UInt8>, of test: ObjectTest) -> Int? {
        let fields = test.fields
        let index = SortedTexts.index(of: name, count: fields.count) { fields[$0].name }
        return index < fields.count && fields[index].name[...] == name ? index : nil
    }

    private mutating func holds(_ test: FieldTest, at index: Int) -> Bool {
        switch test {
        case .object(let object): self.holds(object, at: index)
        case .leaf(let leaf): self.holds(leaf, at: index)
        }
    }

    private func holds(_ leaf: LeafTest, at index: Int) -> Bool {
        // A value, or all that lie in lists from here on.
        var child = index
        while child < self.tape.nodes[index].next {
            let node = self.tape.nodes[child]
            switch node.kind {
            case .array: child += 1
            case .object: child = node.next
            case .string, .number, .literal:
                if leaf.holds(node.kind, self.tape.bytes[node.text]) { return true }
                child += 1
            }
        }
        return false
    }

    // MARK: Absence

    /// Whether a test that no member fulfils is fulfilled by there being none.
    private mutating func holdsAbsent(_ test: FieldTest) -> Bool {
        switch test {
        case .leaf(let leaf):
            guard let number = leaf.absence else { return false }
            return self.isAbsent(number)
        case .object(let object):
            for field in object.fields {
                guard self.holdsAbsent(field.test) else { return false }
            }
            for alternatives in object.alternatives {
                var holds = false
                for alternative in alternatives where !holds { holds = self.holdsAbsent(.object(alternative)) }
                guard holds else { return false }
            }
            return true
        }
    }

    private mutating func isAbsent(_ number: Int) -> Bool {
        if let known = self.isAbsent[number] { return known }
        let isAbsent = !self.has(self.absences[number][...], at: 0)
        self.isAbsent[number] = isAbsent
        return isAbsent
    }

    private func has(_ path: ArraySlice<[UInt8]>, at index: Int) -> Bool {
        let node = self.tape.nodes[index]
        switch node.kind {
        case .string, .number, .literal: return path.isEmpty
        case .object where path.isEmpty: return false
        case .object, .array:
            var child = index + 1
            while child < node.next {
                let member = self.tape.nodes[child]
                if node.kind == .array {
                    if self.has(path, at: child) { return true }
                } else if let name = path.first, self.tape.bytes[member.name] == name[...],
                    self.has(path.dropFirst(), at: child)
                {
                    return true
                }
                child = member.next
            }
            return false
        }
    }
}
