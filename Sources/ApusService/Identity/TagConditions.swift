/// The condition keys that say which tags a request brings or names. There are none where there are no tags.
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
package enum TagConditions {
    /// `aws:RequestTag/…` of each tag, and `aws:TagKeys`.
    package static func bringing(_ tags: [(key: String, value: String)]) -> [(key: String, values: [String])] {
        tags.map { (key: "aws:RequestTag/\($0.key)", values: [$0.value]) } + Self.naming(tags.map(\.key))
    }

    /// The same, in the order of the tags' keys.
    package static func bringing(_ tags: [String: String]?) -> [(key: String, values: [String])] {
        Self.bringing((tags ?? [:]).sorted { $0.key < $1.key })
    }

    /// `aws:TagKeys`, of tags that are to be taken away.
    package static func naming(_ keys: [String]) -> [(key: String, values: [String])] {
        keys.isEmpty ? [] : [(key: "aws:TagKeys", values: keys)]
    }
}
