internal import ApusBase

/// The members of one structure, in the model's order; a member's number is its position here.
package final class MemberTable: Sendable {
    package let members: [Member]
    /// Whether any member travels in the body, so that a REST message has a structured one.
    package let hasBodyMembers: Bool
    /// Whether any member travels elsewhere than in the body.
    package let hasBoundMembers: Bool
    /// The number of the member that is the whole body, if one is.
    package let payload: Int?
    /// The names in JSON, for the reader.
    let names: JSONNames
    /// The members' timestamp formats, apart from the rest since each member read looks here.
    let timestampFormats: [TimestampFormat]

    package init(_ members: [Member]) {
        self.members = members
        self.hasBodyMembers = members.contains { $0.location == .body }
        self.hasBoundMembers = members.contains { $0.location != .body }
        self.payload = members.firstIndex { $0.location == .payload }
        self.names = JSONNames(texts: members.map(\.name))
        self.timestampFormats = members.map(\.timestampFormat)
    }
}
