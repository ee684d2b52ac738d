internal import ApusBase

/// Where in a JSON message a value is looked for: `$.users[0].email`, `$.arrayKey[*]`, `$.*`, `$.['cluster.name']`.
struct PropertySelector: Sendable, Equatable {
    enum Step: Sendable, Equatable {
        case member(String)
        case element(Int)
        case anyMember
        case anyElement
    }
    private(set) var steps: [Step] = []
    /// As it is written, the name under which TestMetricFilter answers the value.
    private(set) var text = "$"

    /// Reads a selector as far as it goes.
    init(_ scanner: inout PatternScanner) throws(LogPatternError) {
        guard scanner.take("$") else { throw .invalid }
        while true {
            if scanner.take(".") {
                self.text += "."
                if scanner.peek == UInt8(ascii: "[") {
                    try self.readBracket(&scanner)
                } else {
                    try self.readName(&scanner)
                }
            } else if scanner.peek == UInt8(ascii: "[") {
                try self.readBracket(&scanner)
            } else {
                break
            }
        }
        guard !self.steps.isEmpty else { throw .invalid }
        guard self.steps.filter({ $0 == .anyMember || $0 == .anyElement }).count <= 1 else { throw .tooManyWildcards }
    }

    var hasWildcard: Bool { self.steps.contains(.anyMember) || self.steps.contains(.anyElement) }

    private mutating func readName(_ scanner: inout PatternScanner) throws(LogPatternError) {
        if scanner.take("*") {
            self.steps.append(.anyMember)
            self.text += "*"
            return
        }
        let name = scanner.read { PatternScanner.isWord($0) || $0 == UInt8(ascii: "-") }
        guard !name.isEmpty else { throw .invalid }
        self.steps.append(.member(name))
        self.text += name
    }

    /// `[0]`, `[*]`, or a name in quotes, which may hold anything but its quote.
    private mutating func readBracket(_ scanner: inout PatternScanner) throws(LogPatternError) {
        scanner.advance()
        if scanner.take("*") {
            self.steps.append(.anyElement)
            self.text += "[*]"
        } else if let quote = scanner.peek, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") {
            scanner.advance()
            let name = scanner.read { $0 != quote }
            guard scanner.peek == quote, !name.isEmpty else { throw .invalid }
            scanner.advance()
            self.steps.append(.member(name))
            self.text += "['\(name)']"
        } else {
            let digits = scanner.read { (0x30...0x39).contains($0) }
            guard let index = Int(digits) else { throw .invalid }
            self.steps.append(.element(index))
            self.text += "[\(digits)]"
        }
        guard scanner.take("]") else { throw .invalid }
    }

    /// The values that the selector leads to: one or none without a wildcard.
    func values(in root: JSONValue) -> [JSONValue] {
        var values = [root]
        for step in self.steps {
            switch step {
            case .member(let name): values = values.compactMap { $0[name] }
            case .element(let index): values = values.compactMap { $0[index] }
            case .anyMember: values = values.flatMap { $0.objectValue?.members.map(\.value) ?? [] }
            case .anyElement: values = values.flatMap { $0.arrayValue ?? [] }
            }
        }
        return values
    }
}
