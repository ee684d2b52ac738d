package import DynamoDBItems

/// The ExpressionAttributeNames and ExpressionAttributeValues of one request, and which of them its expressions use.
package struct Placeholders: Sendable {
    private let names: [String: String]
    private let values: Item
    /// Each once; a few, so that a set of them would cost more.
    private var usedNames: [String] = []
    private var usedValues: [String] = []

    /// No placeholders at all.
    package static let none = Placeholders()

    private init() {
        self.names = [:]
        self.values = .empty
    }

    /// Checks names and values as AWS does before it reads an expression.
    package init(names: [String: String]?, values: ItemInput?) throws(ItemError) {
        if let names { try Self.check(names: names) }
        if let values { try Self.check(values: values) }
        self.names = names ?? [:]
        self.values = values?.item ?? .empty
        try self.checkSize()
    }

    /// Refuses names and values that are too large together. Only many or large ones are measured.
    private func checkSize() throws(ItemError) {
        let limit = ExpressionLimits.substitutionBytes
        guard self.values.bytes.count > limit / 2 || self.names.count > limit / 2 / ItemLimits.attributeNameBytes else {
            return
        }
        let size = self.names.reduce(self.values.size) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard size <= limit else {
            throw ItemError(
                "Expression attribute names and values have exceeded the maximum allowed size; size: \(size)")
        }
    }

    private static func check(names: [String: String]) throws(ItemError) {
        if names.isEmpty { throw ItemError("ExpressionAttributeNames must not be empty") }
        let areAllRight = names.allSatisfy { name, value in
            Self.isPlaceholder(name, UInt8(ascii: "#")) && 1...ItemLimits.attributeNameBytes ~= value.utf8.count
        }
        if areAllRight { return }
        for name in names.keys.sorted() where !Self.isPlaceholder(name, UInt8(ascii: "#")) {
            throw ItemError("ExpressionAttributeNames contains invalid key: Syntax error; key: \"\(name)\"")
        }
        for (name, value) in names.sorted(by: { $0.key < $1.key }) {
            if value.isEmpty {
                throw ItemError(
                    "ExpressionAttributeNames contains invalid value: Expression attribute name must not be empty: \(name)"
                )
            }
            guard value.utf8.count <= ItemLimits.attributeNameBytes else {
                throw ItemError(
                    "ExpressionAttributeNames contains invalid value: Expression attribute name is too long: \(name)")
            }
        }
    }

    private static func check(values: ItemInput) throws(ItemError) {
        if values.item.isEmpty { throw ItemError("ExpressionAttributeValues must not be empty") }
        for (name, _) in values.item.attributes {
            let name = String(decoding: name, as: UTF8.self)
            guard Self.isPlaceholder(name, UInt8(ascii: ":")) else {
                throw ItemError("ExpressionAttributeValues contains invalid key: Syntax error; key: \"\(name)\"")
            }
        }
        if let error = values.error {
            throw ItemError(
                "ExpressionAttributeValues contains invalid value: \(error.message) for key \(values.invalidName ?? "")"
            )
        }
    }

    /// Whether `text` is the sign and then letters, digits and underscores.
    private static func isPlaceholder(_ text: String, _ sign: UInt8) -> Bool {
        guard text.utf8.first == sign, 2...ExpressionLimits.placeholderBytes ~= text.utf8.count else { return false }
        return text.utf8.dropFirst().allSatisfy(Lexer.isWordByte)
    }

    /// The names and values that an expression refers to.
    mutating func bind(_ syntax: Syntax) -> Bindings {
        var bindings = Bindings(syntax)
        for name in syntax.nameReferences {
            let bound = self.names[name].map { Array($0.utf8) }
            if bound != nil, !self.usedNames.contains(name) { self.usedNames.append(name) }
            bindings.names.append(bound)
        }
        for name in syntax.valueReferences {
            let value = self.values[name]
            if value != nil, !self.usedValues.contains(name) { self.usedValues.append(name) }
            bindings.values.append(value)
        }
        return bindings
    }

    /// Refuses what no expression has used; after the last expression was bound.
    package func checkAllUsed() throws(ItemError) {
        if self.usedNames.count < self.names.count {
            let unused = Self.list(self.names.keys, without: self.usedNames)
            throw ItemError("Value provided in ExpressionAttributeNames unused in expressions: keys: {\(unused)}")
        }
        if self.usedValues.count < self.values.count {
            let all = self.values.attributes.map { String(decoding: $0.name, as: UTF8.self) }
            let unused = Self.list(all, without: self.usedValues)
            throw ItemError("Value provided in ExpressionAttributeValues unused in expressions: keys: {\(unused)}")
        }
    }

    private static func list(_ names: some Sequence<String>, without used: [String]) -> String {
        Set(names).subtracting(used).sorted().joined(separator: ", ")
    }
}

/// What a text's placeholders stand for in one request; nil where nothing does.
struct Bindings: Sendable {
    let syntax: Syntax
    var names: [[UInt8]?] = []
    var values: [ItemValue?] = []

    init(_ syntax: Syntax) { self.syntax = syntax }

    /// The path with its names; the first name that is not defined is an error.
    func path(_ place: Int) throws(ItemError) -> DocumentPath {
        var steps: [DocumentPath.Step] = []
        for step in self.syntax.paths[place] {
            switch step {
            case .name(let name): steps.append(.name(name))
            case .index(let index): steps.append(.index(index))
            case .reference(let reference):
                guard let name = self.names[reference] else {
                    throw self.syntax.kind.invalid(
                        "An expression attribute name used in the document path is not defined; attribute name: \(self.syntax.nameReferences[reference])"
                    )
                }
                steps.append(.name(name))
            }
        }
        let path = DocumentPath(steps: steps)
        guard steps.count <= ExpressionLimits.depth else {
            throw self.syntax.kind.invalid(
                "The document path has too many nesting elements; nesting levels: \(steps.count)")
        }
        return path
    }

    /// The value; one that is not defined is an error.
    func value(_ place: Int) throws(ItemError) -> ItemValue {
        guard let value = self.values[place] else {
            throw self.syntax.kind.invalid(
                "An expression attribute value used in expression is not defined; attribute value: \(self.syntax.valueReferences[place])"
            )
        }
        return value
    }
}
