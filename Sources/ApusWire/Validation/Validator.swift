/// Collects all violations of the model's constraints in one request, in AWS's words.
///
/// Each check takes the member's value (nil passes) and its name in messages. Messages are made only for what failed.
package struct Validator: ~Copyable {
    /// What failed, in the order in which it was found, each as AWS prints it.
    package private(set) var violations: [String] = []
    /// Paths of absent required members: they hold placeholders, whose constraints say nothing.
    private let missing: Set<String>
    private var path: [String] = []

    package init(missing: [String] = []) {
        self.missing = Set(missing)
    }

    package mutating func string(_ value: String?, _ name: StaticString, _ constraint: StringConstraint) {
        guard let value, !constraint.accepts(value) else { return }
        for sentence in constraint.failures(value) {
            self.report(name, value: constraint.isSensitive ? nil : value, sentence)
        }
    }

    package mutating func integer(_ value: Int?, _ name: StaticString, _ constraint: IntegerConstraint) {
        guard let value else { return }
        if let minimum = constraint.minimum, value < minimum {
            self.report(name, value: "\(value)", "Member must have value greater than or equal to \(minimum)")
        }
        if let maximum = constraint.maximum, value > maximum {
            self.report(name, value: "\(value)", "Member must have value less than or equal to \(maximum)")
        }
    }

    package mutating func double(_ value: Double?, _ name: StaticString, _ constraint: DoubleConstraint) {
        guard let value else { return }
        if let minimum = constraint.minimum, !(value >= minimum) {
            self.report(
                name, value: "\(value)", "Member must have value greater than or equal to \(Self.text(minimum))")
        }
        if let maximum = constraint.maximum, !(value <= maximum) {
            self.report(name, value: "\(value)", "Member must have value less than or equal to \(Self.text(maximum))")
        }
    }

    package mutating func blob(_ value: [UInt8]?, _ name: StaticString, _ constraint: SizeConstraint) {
        self.count(value?.count, name, size: constraint, empty: nil)
    }

    /// Checks the size of a collection or blob whose content is not printed; an empty one is, where `empty` says how.
    package mutating func count(_ count: Int?, _ name: StaticString, size: SizeConstraint?, empty: String? = "[]") {
        guard let count, let size, let failure = size.failure(count) else { return }
        self.report(name, value: count == 0 ? empty : nil, failure)
    }

    package mutating func strings(
        _ value: [String]?, _ name: StaticString, size: SizeConstraint? = nil, element: StringConstraint? = nil
    ) {
        guard let value else { return }
        let isSensitive = size?.isSensitive == true || element?.isSensitive == true
        func printed() -> String? { isSensitive ? nil : "[" + value.joined(separator: ", ") + "]" }
        if let failure = size?.failure(value.count) { self.report(name, value: printed(), failure) }
        if let element, !value.allSatisfy(element.accepts) {
            self.report(name, value: printed(), "Member must satisfy constraint: \(element.list)")
        }
    }

    package mutating func stringMap(
        _ value: [String: String]?, _ name: StaticString, size: SizeConstraint? = nil, key: StringConstraint? = nil,
        value element: StringConstraint? = nil
    ) {
        guard let value else { return }
        let isSensitive = size?.isSensitive == true || key?.isSensitive == true || element?.isSensitive == true
        func printed() -> String? {
            if isSensitive { return nil }
            return "{" + value.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ") + "}"
        }
        if let failure = size?.failure(value.count) { self.report(name, value: printed(), failure) }
        if let key, !value.keys.allSatisfy(key.accepts) {
            self.report(name, value: printed(), "Map keys must satisfy constraint: \(key.list)")
        }
        if let element, !value.values.allSatisfy(element.accepts) {
            self.report(name, value: printed(), "Map value must satisfy constraint: \(element.list)")
        }
    }

    package mutating func structure<Value: Shape>(_ value: Value?, _ name: StaticString) {
        guard let value else { return }
        self.path.append(name.description)
        value.validate(&self)
        self.path.removeLast()
    }

    package mutating func structure<Value: Shape>(_ value: Recursive<Value>?, _ name: StaticString) {
        self.structure(value?.value, name)
    }

    package mutating func structures<Value: Shape>(_ value: [Value]?, _ name: StaticString, size: SizeConstraint? = nil)
    {
        guard let value else { return }
        self.count(value.count, name, size: size)
        for (index, element) in value.enumerated() {
            self.path.append("\(name).\(index + 1).member")
            element.validate(&self)
            self.path.removeLast()
        }
    }

    package mutating func structureMap<Value: Shape>(
        _ value: [String: Value]?, _ name: StaticString, size: SizeConstraint? = nil, key: StringConstraint? = nil
    ) {
        guard let value else { return }
        self.count(value.count, name, size: size, empty: "{}")
        if let key, !value.keys.allSatisfy(key.accepts) {
            self.report(name, value: nil, "Map keys must satisfy constraint: \(key.list)")
        }
        for (key, element) in value.sorted(by: { $0.key < $1.key }) {
            self.path.append("\(name).\(key).member")
            element.validate(&self)
            self.path.removeLast()
        }
    }

    package mutating func structureListMap<Value: Shape>(
        _ value: [String: [Value]]?, _ name: StaticString, size: SizeConstraint? = nil, key: StringConstraint? = nil,
        list: SizeConstraint? = nil
    ) {
        guard let value else { return }
        self.count(value.count, name, size: size, empty: "{}")
        if let key, !value.keys.allSatisfy(key.accepts) {
            self.report(name, value: nil, "Map keys must satisfy constraint: \(key.list)")
        }
        if let list, value.values.contains(where: { list.failure($0.count) != nil }) {
            let isEmpty = value.values.allSatisfy(\.isEmpty)
            let printed = value.keys.sorted().map { "\($0)=[]" }.joined(separator: ", ")
            self.report(
                name, value: isEmpty ? "{\(printed)}" : nil, "Map value must satisfy constraint: \(list.list)")
        }
        for (key, elements) in value.sorted(by: { $0.key < $1.key }) {
            for (index, element) in elements.enumerated() {
                self.path.append("\(name).\(key).member.\(index + 1).member")
                element.validate(&self)
                self.path.removeLast()
            }
        }
    }

    private mutating func report(_ name: StaticString, value: String?, _ sentence: String) {
        let path = (self.path + [name.description]).joined(separator: ".")
        if self.missing.contains(path) { return }
        let what = value.map { "Value '\($0)'" } ?? "Value"
        self.violations.append("\(what) at '\(path)' failed to satisfy constraint: \(sentence)")
    }

    private static func text(_ bound: Double) -> String {
        bound == bound.rounded() && abs(bound) < 1e15 ? "\(Int(bound))" : "\(bound)"
    }

    /// The whole message for the violations and absent members; nil when there are none.
    package consuming func message() -> String? {
        let absent = self.missing.sorted().map {
            "Value null at '\($0)' failed to satisfy constraint: Member must not be null"
        }
        let all = self.violations + absent
        if all.isEmpty { return nil }
        let noun = all.count == 1 ? "error" : "errors"
        return "\(all.count) validation \(noun) detected: " + all.joined(separator: "; ")
    }
}
