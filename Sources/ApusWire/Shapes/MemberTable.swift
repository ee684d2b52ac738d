/// The members of one structure, in the model's order; a member's number is its position here.
package final class MemberTable: Sendable {
    package let members: [Member]
    /// Whether any member travels in the body, so that a REST message has a structured one.
    package let hasBodyMembers: Bool
    /// The number of the member that is the whole body, if one is.
    package let payload: Int?

    package init(_ members: [Member]) {
        self.members = members
        self.hasBodyMembers = members.contains { $0.location == .body }
        self.payload = members.firstIndex { $0.location == .payload }
    }
}
