/// One test of a value that is no object and no array.
indirect enum ValueTest: Sendable {
    case exact([UInt8])
    case affix(TextSide, [UInt8])
    case foldedAffix(TextSide, [UInt8])
    case folded([UInt8])
    case wildcard(WildcardText)
    case address(AddressBlock)
    case numeric(NumericRange)
    case anythingBut(AnythingBut)

    /// - Parameter text: a string without its quotes and escapes, anything else as it is written.
    func holds(_ kind: EventTape.Kind, _ text: ArraySlice<UInt8>) -> Bool {
        switch self {
        case .numeric(let range):
            guard kind == .number, let value = NumericRange.value(of: text) else { return false }
            return range.contains(value)
        case .anythingBut(let but): return but.holds(kind, text)
        default: return kind == .string && self.holds(text)
        }
    }

    private func holds(_ text: ArraySlice<UInt8>) -> Bool {
        switch self {
        case .exact(let expected): text == expected[...]
        case .affix(let side, let part): side.holds(part, in: text)
        case .foldedAffix(let side, let part): side.holds(part, in: FoldedText.fold(text)[...])
        case .folded(let expected): FoldedText.fold(text) == expected
        case .wildcard(let wildcard): wildcard.matches(text)
        case .address(let block): block.contains(text)
        case .numeric, .anythingBut: false
        }
    }
}

/// Every value but some.
struct AnythingBut: Sendable {
    var strings: SortedTexts = []
    var numbers: Set<Double> = []
    var tests: [ValueTest] = []

    init(strings: SortedTexts = [], numbers: Set<Double> = []) {
        self.strings = strings
        self.numbers = numbers
    }

    func holds(_ kind: EventTape.Kind, _ text: ArraySlice<UInt8>) -> Bool {
        if kind == .string, self.strings.contains(text) { return false }
        if kind == .number, !self.numbers.isEmpty, let value = NumericRange.value(of: text) {
            return !self.numbers.contains(value)
        }
        return !self.tests.contains { $0.holds(kind, text) }
    }
}
