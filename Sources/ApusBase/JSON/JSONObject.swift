/// The members of a JSON object in their order. A name occurs once: setting it again replaces its value in place.
///
/// Equality disregards the order. Lookup is O(1); up to 16 members are searched one by one, which is faster.
package struct JSONObject: Sendable {
    package struct Member: Hashable, Sendable {
        package var name: String
        package var value: JSONValue

        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    package private(set) var members: [Member] = []
    /// Where each name stands; only for objects past the limit.
    private var positions: [String: Int] = [:]
    private static let searchLimit = 16

    package init() {}

    package init(_ pairs: some Sequence<(String, JSONValue)>) {
        for (name, value) in pairs { self[name] = value }
    }

    package var count: Int { self.members.count }
    package var isEmpty: Bool { self.members.isEmpty }

    /// The member's value; setting nil removes the member, which is O(members).
    package subscript(name: String) -> JSONValue? {
        get { self.position(of: name).map { self.members[$0].value } }
        set {
            switch (self.position(of: name), newValue) {
            case (let position?, let value?): self.members[position].value = value
            case (let position?, nil):
                self.members.remove(at: position)
                self.index()
            case (nil, let value?):
                self.members.append(Member(name: name, value: value))
                if self.members.count > Self.searchLimit + 1 {
                    self.positions[name] = self.members.count - 1
                } else if self.members.count > Self.searchLimit {
                    self.index()
                }
            case (nil, nil): break
            }
        }
    }

    private func position(of name: String) -> Int? {
        if self.members.count > Self.searchLimit { return self.positions[name] }
        return self.members.firstIndex { $0.name == name }
    }

    private mutating func index() {
        self.positions.removeAll(keepingCapacity: true)
        guard self.members.count > Self.searchLimit else { return }
        for (position, member) in self.members.enumerated() { self.positions[member.name] = position }
    }
}

extension JSONObject: Hashable {
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        var sum = 0
        for member in self.members { sum &+= member.hashValue }
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral pairs: (String, JSONValue)...) { self.init(pairs) }
}
