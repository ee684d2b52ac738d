import ApusBase

/// A value as a tree, for the plainest evaluators: numbers are small and whole, sets are sets.
indirect enum NaiveValue: Hashable {
    case text(String)
    case number(Int)
    case bool(Bool)
    case null
    case texts(Set<String>)
    case numbers(Set<Int>)
    case list([NaiveValue])
    case map([String: NaiveValue])
    /// Where something was removed from a list.
    case gone

    enum Step: Hashable {
        case name(String)
        case index(Int)
    }

    /// As the wire has it, names and elements in their order.
    var json: String {
        switch self {
        case .text(let text): #"{"S":"\#(text)"}"#
        case .number(let number): #"{"N":"\#(number)"}"#
        case .bool(let bool): #"{"BOOL":\#(bool)}"#
        case .null: #"{"NULL":true}"#
        case .texts(let set): #"{"SS":[\#(set.sorted().map { "\"\($0)\"" }.joined(separator: ","))]}"#
        case .numbers(let set): #"{"NS":[\#(set.sorted().map { "\"\($0)\"" }.joined(separator: ","))]}"#
        case .list(let list): #"{"L":[\#(list.map(\.json).joined(separator: ","))]}"#
        case .map: #"{"M":\#(self.entries)}"#
        case .gone: "gone"
        }
    }

    /// A map as an item.
    var entries: String {
        guard case .map(let map) = self else { return "" }
        return "{\(map.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value.json)" }.joined(separator: ","))}"
    }

    var type: String {
        switch self {
        case .text: "S"
        case .number: "N"
        case .bool: "BOOL"
        case .null: "NULL"
        case .texts: "SS"
        case .numbers: "NS"
        case .list: "L"
        case .map: "M"
        case .gone: ""
        }
    }

    func at(_ path: ArraySlice<Step>) -> NaiveValue? {
        guard let step = path.first else { return self }
        switch (step, self) {
        case (.name(let name), .map(let map)): return map[name]?.at(path.dropFirst())
        case (.index(let index), .list(let list)) where index < list.count: return list[index].at(path.dropFirst())
        default: return nil
        }
    }

    static func text(of path: [Step]) -> String {
        path.reduce("") { text, step in
            switch step {
            case .name(let name): text.isEmpty ? name : "\(text).\(name)"
            case .index(let index): "\(text)[\(index)]"
            }
        }
    }

    // MARK: By chance

    static func random(_ entropy: SeededEntropy, depth: Int) -> NaiveValue {
        func few<Element>(_ element: () -> Element) -> [Element] { (0..<entropy.below(4)).map { _ in element() } }
        switch entropy.below(depth == 0 ? 7 : 11) {
        case 0: return .text(Self.word(entropy))
        case 1, 2: return .number(Int(entropy.below(7)) - 3)
        case 3: return .bool(entropy.below(2) == 0)
        case 4: return .null
        case 5: return .texts(Set(few { Self.word(entropy) } + ["a"]))
        case 6: return .numbers(Set(few { Int(entropy.below(5)) } + [1]))
        case 7, 8: return .list(few { Self.random(entropy, depth: depth - 1) })
        default: return .item(entropy, depth: depth - 1)
        }
    }

    static func item(_ entropy: SeededEntropy, depth: Int) -> NaiveValue {
        let names = ["a", "b", "c", "d"].filter { _ in entropy.below(4) > 0 }
        return .map(Dictionary(uniqueKeysWithValues: names.map { ($0, Self.random(entropy, depth: depth)) }))
    }

    static func path(_ entropy: SeededEntropy) -> [Step] {
        var path: [Step] = [.name(["a", "b", "c", "d"][Int(entropy.below(4))])]
        while entropy.below(5) < 2, path.count < 4 {
            path.append(
                entropy.below(2) == 0
                    ? .name(["a", "b", "c"][Int(entropy.below(3))]) : .index([0, 1, 2, 7][Int(entropy.below(4))]))
        }
        return path
    }

    private static func word(_ entropy: SeededEntropy) -> String {
        ["a", "ab", "b", "bab", "c"][Int(entropy.below(5))]
    }
}
