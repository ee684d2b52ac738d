import ApusBase

/// An update expression and the plainest evaluation of it: what is computed is computed of the old item, then put into a tree one
/// after the other.
struct NaiveUpdate {
    private typealias Path = [NaiveValue.Step]

    private indirect enum Source {
        case value(NaiveValue)
        case path(Path)
        case ifNotExists(Path, Source)
        case listAppend(Source, Source)
        case sum(Source, Source)
        case difference(Source, Source)
    }
    private enum Action {
        case set(Source)
        case remove
        case add(NaiveValue)
        case delete(NaiveValue)
    }
    private var changes: [(path: Path, action: Action)] = []

    enum Failure: Error, Hashable {
        case missing
        case wrongType
        case invalidPath

        /// AWS's words.
        var message: String {
            switch self {
            case .missing: "The provided expression refers to an attribute that does not exist in the item"
            case .wrongType: "An operand in the update expression has an incorrect data type"
            case .invalidPath: "The document path provided in the update expression is invalid for update"
            }
        }
    }

    // MARK: By chance

    init(_ entropy: SeededEntropy) {
        for _ in 0...entropy.below(4) {
            let path = NaiveValue.path(entropy)
            // No path may lead into another, or treat as a list what another treats as a map.
            guard self.changes.allSatisfy({ Self.areApart($0.path, path) }) else { continue }
            self.changes.append((path, Self.action(entropy, path)))
        }
    }

    private static func areApart(_ left: Path, _ right: Path) -> Bool {
        for (one, other) in zip(left, right) where one != other {
            switch (one, other) {
            case (.name, .name), (.index, .index): return true
            default: return false
            }
        }
        return false
    }

    private static func action(_ entropy: SeededEntropy, _ path: Path) -> Action {
        // What ADD does past the end of a list AWS does not say.
        if case .name = path[path.count - 1], entropy.below(3) == 0 {
            let number = NaiveValue.number(Int(entropy.below(5)))
            let set: NaiveValue = entropy.below(2) == 0 ? .texts(["a", "z"]) : .numbers([1, 9])
            return entropy.below(2) == 0 ? .delete(set) : .add(entropy.below(2) == 0 ? number : set)
        }
        return entropy.below(4) == 0 ? .remove : .set(Self.source(entropy))
    }

    private static func source(_ entropy: SeededEntropy) -> Source {
        switch entropy.below(6) {
        case 0, 1: .value(.random(entropy, depth: 1))
        case 2: .path(NaiveValue.path(entropy))
        case 3: .ifNotExists(NaiveValue.path(entropy), .value(.random(entropy, depth: 1)))
        case 4: .listAppend(Self.list(entropy), Self.list(entropy))
        default:
            entropy.below(2) == 0
                ? .sum(Self.number(entropy), Self.number(entropy))
                : .difference(Self.number(entropy), Self.number(entropy))
        }
    }

    private static func list(_ entropy: SeededEntropy) -> Source {
        Self.operand(entropy, .list([.random(entropy, depth: 0)]))
    }
    private static func number(_ entropy: SeededEntropy) -> Source {
        Self.operand(entropy, .number(Int(entropy.below(9))))
    }
    private static func operand(_ entropy: SeededEntropy, _ value: NaiveValue) -> Source {
        switch entropy.below(3) {
        case 0: .value(value)
        case 1: .path(NaiveValue.path(entropy))
        default: .ifNotExists(NaiveValue.path(entropy), .value(value))
        }
    }

    // MARK: As text

    /// The expression, and its values as JSON.
    var text: (expression: String, values: String) {
        var values: [NaiveValue] = []
        func name(_ value: NaiveValue) -> String {
            values.append(value)
            return ":v\(values.count - 1)"
        }
        func write(_ source: Source) -> String {
            switch source {
            case .value(let value): name(value)
            case .path(let path): NaiveValue.text(of: path)
            case .ifNotExists(let path, let other): "if_not_exists(\(NaiveValue.text(of: path)), \(write(other)))"
            case .listAppend(let left, let right): "list_append(\(write(left)), \(write(right)))"
            case .sum(let left, let right): "\(write(left)) + \(write(right))"
            case .difference(let left, let right): "\(write(left)) - \(write(right))"
            }
        }
        var clauses: [String: [String]] = [:]
        for (path, action) in self.changes {
            let place = NaiveValue.text(of: path)
            switch action {
            case .set(let source): clauses["SET", default: []].append("\(place) = \(write(source))")
            case .remove: clauses["REMOVE", default: []].append(place)
            case .add(let value): clauses["ADD", default: []].append("\(place) \(name(value))")
            case .delete(let value): clauses["DELETE", default: []].append("\(place) \(name(value))")
            }
        }
        let expression = clauses.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.joined(separator: ", "))" }
        let entries = values.enumerated().map { "\":v\($0.offset)\":\($0.element.json)" }
        return (expression.joined(separator: " "), "{\(entries.joined(separator: ","))}")
    }

    // MARK: Evaluation

    /// The new item; or what is wrong, any of which may be told.
    func applied(to old: NaiveValue) -> (item: NaiveValue, failures: Set<Failure>) {
        var failures: Set<Failure> = []
        var work: [(path: Path, value: NaiveValue?)] = []
        for (path, action) in self.changes {
            // The path must lead to a place of the old item.
            switch (path[path.count - 1], old.at(path.dropLast())) {
            case (.name, .map), (.index, .list): break
            default: failures.insert(.invalidPath)
            }
            do throws(Failure) { work.append((path, try Self.result(action, old.at(path[...]), old))) } catch {
                failures.insert(error)
            }
        }
        // Past a list's end, the order of the indexes is the order of the elements.
        work.sort { Self.lastIndex($0.path) < Self.lastIndex($1.path) }
        let item = work.reduce(old) { Self.put($1.value, at: $1.path[...], into: $0) }
        return (Self.cleaned(item), failures)
    }

    private static func lastIndex(_ path: Path) -> Int {
        if case .index(let index) = path[path.count - 1] { index } else { -1 }
    }

    private static func result(_ action: Action, _ here: NaiveValue?, _ item: NaiveValue) throws(Failure) -> NaiveValue?
    {
        switch (action, here) {
        case (.set(let source), _): return try Self.value(source, item)
        case (.remove, _), (.delete, nil): return nil
        case (.add(let value), nil): return value
        case (.add(.number(let more)), .number(let number)): return .number(number + more)
        case (.add(.texts(let more)), .texts(let set)): return .texts(set.union(more))
        case (.add(.numbers(let more)), .numbers(let set)): return .numbers(set.union(more))
        case (.delete(.texts(let less)), .texts(let set)):
            return set.isSubset(of: less) ? nil : .texts(set.subtracting(less))
        case (.delete(.numbers(let less)), .numbers(let set)):
            return set.isSubset(of: less) ? nil : .numbers(set.subtracting(less))
        default: throw .wrongType
        }
    }

    private static func value(_ source: Source, _ item: NaiveValue) throws(Failure) -> NaiveValue {
        switch source {
        case .value(let value): return value
        case .path(let path):
            guard let value = item.at(path[...]) else { throw .missing }
            return value
        case .ifNotExists(let path, let other):
            if let value = item.at(path[...]) { return value }
            return try Self.value(other, item)
        case .listAppend(let left, let right):
            let values = (try Self.value(left, item), try Self.value(right, item))
            guard case (.list(let one), .list(let other)) = values else { throw .wrongType }
            return .list(one + other)
        case .sum(let left, let right): return .number(try Self.number(left, item) + Self.number(right, item))
        case .difference(let left, let right): return .number(try Self.number(left, item) - Self.number(right, item))
        }
    }

    private static func number(_ source: Source, _ item: NaiveValue) throws(Failure) -> Int {
        guard case .number(let number) = try Self.value(source, item) else { throw .wrongType }
        return number
    }

    private static func put(_ value: NaiveValue?, at path: ArraySlice<NaiveValue.Step>, into tree: NaiveValue)
        -> NaiveValue
    {
        guard let step = path.first else { return value ?? .gone }
        switch (step, tree) {
        case (.name(let name), .map(var map)):
            let new = Self.put(value, at: path.dropFirst(), into: map[name] ?? .gone)
            map[name] = new == .gone ? nil : new
            return .map(map)
        case (.index(let index), .list(var list)):
            if index < list.count {
                list[index] = Self.put(value, at: path.dropFirst(), into: list[index])
            } else if let value {
                list.append(value)
            }
            return .list(list)
        default: return tree
        }
    }

    /// Without the places of what was removed.
    private static func cleaned(_ value: NaiveValue) -> NaiveValue {
        switch value {
        case .list(let list): .list(list.filter { $0 != .gone }.map(Self.cleaned))
        case .map(let map): .map(map.mapValues(Self.cleaned))
        default: value
        }
    }
}
