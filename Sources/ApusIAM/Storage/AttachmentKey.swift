package import ApusStore

/// `1009, account, relation, first, second`: which managed policies are attached to whom, readable from either side.
package struct AttachmentKey: StoreKey {
    package typealias Value = Presence
    package static let tag = KeyTag.iamAttachment

    /// The numbers are in keys.
    package enum Relation: UInt8, Sendable {
        /// First the user's or role's id, second the policy's ARN.
        case policyOfHolder = 1
        /// First the policy's ARN, second the id.
        case holderOfPolicy = 2
        /// First the policy's ARN, second the id of one that has it as its permissions boundary.
        case boundaryOfHolder = 3
    }

    package var account: String
    package var relation: Relation
    package var first: String
    package var second: String

    package init(account: String, relation: Relation, first: String, second: String) {
        self.account = account
        self.relation = relation
        self.first = first
        self.second = second
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.account)
        encoder.append(self.relation.rawValue)
        encoder.append(self.first)
        encoder.append(self.second)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.account = try decoder.readString()
        guard let relation = Relation(rawValue: try decoder.readInteger()) else { throw KeyError() }
        self.relation = relation
        self.first = try decoder.readString()
        self.second = try decoder.readString()
    }

    static func all(account: String, relation: Relation, first: String) -> KeyRange<AttachmentKey> {
        Self.range { encoder in
            encoder.append(account)
            encoder.append(relation.rawValue)
            encoder.append(first)
        }
    }
}
