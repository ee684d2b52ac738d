/// What an object of the event must have.
struct ObjectTest: Sendable {
    struct Field: Sendable {
        var name: [UInt8]
        var test: FieldTest
    }
    /// By name. All must hold.
    var fields: [Field] = []
    /// Of each `$or` one object must hold.
    var alternatives: [[ObjectTest]] = []
}

indirect enum FieldTest: Sendable {
    case object(ObjectTest)
    case leaf(LeafTest)
}

/// What stands in the brackets of a field: one of it must hold.
struct LeafTest: Sendable {
    struct Exact: Sendable {
        var strings: SortedTexts = []
        var numbers: SortedTexts = []
        var literals: SortedTexts = []
    }
    var exact = Exact()
    var tests: [ValueTest] = []
    /// `{"exists": true}` is there.
    var acceptsAll = false
    /// `{"exists": false}` is there: the number of the path that must be absent.
    var absence: Int?

    func holds(_ kind: EventTape.Kind, _ text: ArraySlice<UInt8>) -> Bool {
        if self.acceptsAll { return true }
        let isExact =
            switch kind {
            case .string: self.exact.strings.contains(text)
            case .number: self.exact.numbers.contains(text)
            case .literal: self.exact.literals.contains(text)
            case .object, .array: false
            }
        return isExact || self.tests.contains { $0.holds(kind, text) }
    }
}
