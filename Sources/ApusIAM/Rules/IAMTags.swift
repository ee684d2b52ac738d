internal import ApusService

/// Tags of users, roles and policies. Keys are unique without regard to case.
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
enum IAMTags {
    static func checked(_ tags: [Tag]?) throws(ServiceError) -> [String: String] {
        var result: [String: String] = [:]
        var seen: Set<String> = []
        for tag in tags ?? [] {
            guard seen.insert(tag.key.lowercased()).inserted else {
                throw IAMError.invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
            }
            if tag.key.lowercased().hasPrefix("aws:") {
                throw IAMError.invalidInput("Tag keys beginning with aws: are reserved for system use.")
            }
            result[tag.key] = tag.value
        }
        return result
    }

    /// nil where there are none, as AWS leaves the element out.
    static func shapes(_ tags: [String: String]) -> [Tag]? {
        tags.isEmpty ? nil : tags.sorted { $0.key < $1.key }.map { Tag(key: $0.key, value: $0.value) }
    }

    /// The condition keys that tags of a request give.
    static func conditions(ofRequest tags: [Tag]?) -> [(key: String, values: [String])] {
        guard let tags, !tags.isEmpty else { return [] }
        return [("aws:TagKeys", tags.map(\.key))] + tags.map { ("aws:RequestTag/\($0.key)", [$0.value]) }
    }

    /// The condition keys that tags of a resource give.
    static func conditions(ofResource tags: [String: String]) -> [(key: String, values: [String])] {
        tags.flatMap { [("aws:ResourceTag/\($0.key)", [$0.value]), ("iam:ResourceTag/\($0.key)", [$0.value])] }
    }
}
