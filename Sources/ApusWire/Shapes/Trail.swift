/// Where a reader stands in the message, so that what is absent can be named. Costs no allocation for a flat structure.
package struct Trail {
    private enum Frame {
        case structure(MemberTable, Int)
        /// The number of the element, from 1.
        case list(Int)
        case map(String)
    }

    /// The innermost frame; the others, outermost first, lie in `outer`.
    private var current: Frame?
    private var outer: [Frame] = []

    /// Paths of absent required members as validation messages have them: `entries.1.member.id`.
    package private(set) var missing: [String] = []
    /// The same as Query forms have them: `Entries.1.Id`.
    private(set) var missingParameters: [String] = []

    mutating func enterStructure(_ table: MemberTable) { self.enter(.structure(table, -1)) }
    mutating func enterList() { self.enter(.list(0)) }
    mutating func enterMap() { self.enter(.map("")) }

    private mutating func enter(_ frame: Frame) {
        if let current { self.outer.append(current) }
        self.current = frame
    }

    mutating func leave() { self.current = self.outer.popLast() }

    /// The member of the structure entered last that is read next.
    mutating func advance(_ table: MemberTable, _ index: Int) { self.current = .structure(table, index) }

    /// The next element of the list entered last is read next.
    mutating func advanceElement() {
        if case .list(let number) = self.current { self.current = .list(number + 1) }
    }

    /// The value of `key` in the map entered last is read next.
    mutating func advance(key: String) { self.current = .map(key) }

    /// Notes an absent member of the structure left last.
    mutating func recordMissing(_ member: Member) {
        var path = ""
        var parameter = ""
        var isFlattened = true
        for frame in self.outer + (self.current.map { [$0] } ?? []) {
            switch frame {
            case .structure(let table, let index):
                guard index >= 0 else { continue }
                path += table.members[index].validationName + "."
                parameter += table.members[index].queryName + "."
                isFlattened = table.members[index].collection?.isFlattened ?? true
            case .list(let number):
                path += "\(number).member."
                parameter += isFlattened ? "\(number)." : "member.\(number)."
            case .map(let key):
                path += key + ".member."
                parameter += key + "."
            }
        }
        self.missing.append(path + member.validationName)
        self.missingParameters.append(parameter + member.queryName)
    }
}
