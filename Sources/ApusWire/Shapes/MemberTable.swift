internal import ApusBase

/// The members of one structure, in the model's order; a member's number is its position here.
package final class MemberTable: Sendable {
    package let members: [Member]
    /// Whether any member travels in the body, so that a REST message has a structured one.
    package let hasBodyMembers: Bool
    /// Whether any member travels in the body of an answer, which has neither path nor query.
    let hasAnswerMembers: Bool
    /// Whether any member travels elsewhere than in the body.
    package let hasBoundMembers: Bool
    /// The number of the member that is the whole body, if one is.
    package let payload: Int?
    /// The names in JSON and CBOR, for the readers.
    let names: JSONNames
    /// The names of the elements in XML, for the reader; the index of a name is an index in `xmlMembers`.
    let xmlNames: JSONNames
    /// The numbers of the members that are elements in XML bodies.
    let xmlMembers: [Int]
    /// The numbers of the members that are attributes in XML bodies.
    let xmlAttributes: [Int]
    /// The members' timestamp formats, apart from the rest since each member read looks here.
    let timestampFormats: [TimestampFormat]

    package init(_ members: [Member]) {
        self.members = members
        self.hasBodyMembers = members.contains { $0.location == .body }
        self.hasAnswerMembers = members.contains {
            switch $0.location {
            case .body, .uri, .query, .queryMap: true
            case .header, .prefixHeaders, .payload, .statusCode: false
            }
        }
        self.hasBoundMembers = members.contains { $0.location != .body }
        self.payload = members.firstIndex { $0.location == .payload }
        self.names = JSONNames(texts: Self.bodyNames(members))
        let body = members.indices.filter { members[$0].location == .body }
        self.xmlMembers = Self.distinct(body.filter { !members[$0].isXMLAttribute }, members)
        self.xmlAttributes = body.filter { members[$0].isXMLAttribute }
        self.xmlNames = JSONNames(texts: self.xmlMembers.map { members[$0].queryName })
        self.timestampFormats = members.map(\.timestampFormat)
    }

    /// The members' names in JSON bodies. One that travels elsewhere may be called as one in the body is (API Gateway's
    /// PutIntegration has `httpMethod` twice): then its name here is one that no body has.
    private static func bodyNames(_ members: [Member]) -> [String] {
        let names = members.map(\.name)
        if Set(names).count == names.count { return names }
        return members.enumerated().map { index, member in
            let isTaken = members.contains { $0.location == .body && $0.name == member.name }
            return member.location != .body && isTaken ? "\u{0}\(index)" : member.name
        }
    }

    /// One member of each name in XML. Two of S3's shapes have a list and, from before it was one, a member that has the
    /// name of the list's elements: the list has them all.
    private static func distinct(_ numbers: [Int], _ members: [Member]) -> [Int] {
        if Set(numbers.map { members[$0].queryName }).count == numbers.count { return numbers }
        return numbers.filter { number in
            let rivals = numbers.filter { members[$0].queryName == members[number].queryName }
            return number == rivals.first { members[$0].collection != nil } ?? rivals[0]
        }
    }
}
