internal import ApusBase

extension PolicySource {
    /// Reads a policy's JSON text. Unknown and repeated elements are refused: a policy must not mean one thing to its
    /// reader and another to us.
    package init(parsing text: String) throws(PolicyError) {
        var reader = JSONReader(Array(text.utf8))
        do throws(PolicyError) {
            try self.init(from: &reader)
            do { try reader.finish() } catch { throw .syntax }
        } catch {
            // Which of the two it is, is asked only when something is wrong.
            throw (try? JSONValue(parsing: text)) == nil ? .invalidJSON : .syntax
        }
    }

    private init(from reader: inout JSONReader) throws(PolicyError) {
        self.init()
        var seen = SeenNames()
        try reader.members { (name, reader) throws(PolicyError) in
            try seen.insert(name)
            switch name {
            case "Version":
                guard let version = PolicyDocument.Version(rawValue: try reader.text()) else { throw .syntax }
                self.version = version
            case "Id":
                self.id = try reader.text()
            case "Statement":
                try reader.oneOrMore { (reader) throws(PolicyError) in
                    self.statements.append(try Statement(from: &reader))
                }
            default:
                throw .syntax
            }
        }
        if self.statements.isEmpty { throw .syntax }
    }
}

extension PolicySource.Statement {
    fileprivate init(from reader: inout JSONReader) throws(PolicyError) {
        self.init()
        var seen = SeenNames()
        try reader.members { (name, reader) throws(PolicyError) in
            try seen.insert(name)
            try self.read(name, from: &reader)
        }
    }

    private mutating func read(_ name: String, from reader: inout JSONReader) throws(PolicyError) {
        switch name {
        case "Sid":
            self.sid = try reader.text()
        case "Effect":
            guard let effect = PolicyStatement.Effect(rawValue: try reader.text()) else { throw .syntax }
            self.effect = effect
        case "Principal" where self.principals == nil:
            self.principals = .init(sense: .only, elements: try Self.principals(from: &reader))
        case "NotPrincipal" where self.principals == nil:
            self.principals = .init(sense: .allBut, elements: try Self.principals(from: &reader))
        case "Action" where self.actions == nil:
            self.actions = .init(sense: .only, elements: try reader.texts())
        case "NotAction" where self.actions == nil:
            self.actions = .init(sense: .allBut, elements: try reader.texts())
        case "Resource" where self.resources == nil:
            self.resources = .init(sense: .only, elements: try reader.texts())
        case "NotResource" where self.resources == nil:
            self.resources = .init(sense: .allBut, elements: try reader.texts())
        case "Condition":
            self.conditions = try Self.conditions(from: &reader)
        default:
            throw .syntax
        }
    }

    private static func principals(from reader: inout JSONReader) throws(PolicyError) -> [PolicySource.PrincipalEntry] {
        guard try reader.kind() == .object else {
            guard try reader.text() == "*" else { throw .syntax }
            return [.init(kind: .aws, text: "*")]
        }
        var entries: [PolicySource.PrincipalEntry] = []
        var seen = SeenNames()
        try reader.members { (name, reader) throws(PolicyError) in
            try seen.insert(name)
            guard let kind = PolicySource.PrincipalEntry.Kind(rawValue: name) else { throw .syntax }
            entries += try reader.texts().map { .init(kind: kind, text: $0) }
        }
        return entries
    }

    private static func conditions(from reader: inout JSONReader) throws(PolicyError) -> [PolicySource.ConditionEntry] {
        var entries: [PolicySource.ConditionEntry] = []
        var operators = SeenNames()
        try reader.members { (operatorName, reader) throws(PolicyError) in
            try operators.insert(operatorName)
            var keys = SeenNames()
            try reader.members { (key, reader) throws(PolicyError) in
                try keys.insert(key.lowercased())
                entries.append(.init(operatorName: operatorName, key: key, values: try reader.scalars()))
            }
        }
        return entries
    }
}

/// The names met in one JSON object; each may occur once.
private struct SeenNames {
    private var names: Set<String> = []

    mutating func insert(_ name: String) throws(PolicyError) {
        if !self.names.insert(name).inserted { throw .syntax }
    }
}

extension JSONReader {
    fileprivate mutating func kind() throws(PolicyError) -> JSONKind {
        do { return try self.peek() } catch { throw .syntax }
    }

    fileprivate mutating func text() throws(PolicyError) -> String {
        guard try self.kind() == .string else { throw .syntax }
        do { return try self.readString() } catch { throw .syntax }
    }

    /// A string, a number or a truth value, as text.
    private mutating func scalar() throws(PolicyError) -> String {
        do {
            switch try self.kind() {
            case .string: return try self.readString()
            case .bool: return try self.readBool() ? "true" : "false"
            case .number: return try self.readNumberText()
            case .null, .array, .object: throw PolicyError.syntax
            }
        } catch {
            throw .syntax
        }
    }

    /// One element, or an array of elements.
    fileprivate mutating func oneOrMore(
        _ element: (inout JSONReader) throws(PolicyError) -> Void
    ) throws(PolicyError) {
        guard try self.kind() == .array else { return try element(&self) }
        do { try self.beginArray() } catch { throw .syntax }
        while true {
            let more: Bool
            do { more = try self.nextElement() } catch { throw .syntax }
            guard more else { return }
            try element(&self)
        }
    }

    fileprivate mutating func texts() throws(PolicyError) -> [String] {
        var texts: [String] = []
        try self.oneOrMore { (reader) throws(PolicyError) in texts.append(try reader.text()) }
        return texts
    }

    fileprivate mutating func scalars() throws(PolicyError) -> [String] {
        var texts: [String] = []
        try self.oneOrMore { (reader) throws(PolicyError) in texts.append(try reader.scalar()) }
        return texts
    }

    /// Each member of an object; `body` reads its value.
    fileprivate mutating func members(
        _ body: (String, inout JSONReader) throws(PolicyError) -> Void
    ) throws(PolicyError) {
        guard try self.kind() == .object else { throw .syntax }
        do { try self.beginObject() } catch { throw .syntax }
        while true {
            let name: String?
            do { name = try self.nextKey() } catch { throw .syntax }
            guard let name else { return }
            try body(name, &self)
        }
    }
}
