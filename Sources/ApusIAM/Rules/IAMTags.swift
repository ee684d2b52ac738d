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

    /// What a resource has once `tags` were added: a key replaces one that differs in its letters' case alone.
    ///
    /// Errors: as `checked`; LimitExceeded past the quota, whose name is `quota`.
    static func adding(
        _ tags: [Tag], to existing: [String: String], quota: String
    ) throws(ServiceError) -> [String: String] {
        let added = try Self.checked(tags)
        let keys = Set(added.keys.map { $0.lowercased() })
        let result = existing.filter { !keys.contains($0.key.lowercased()) }.merging(added) { $1 }
        guard result.count <= IAMLimits.tagsPerResource else {
            throw IAMError.exceeded(quota, IAMLimits.tagsPerResource)
        }
        return result
    }

    /// What a resource has once the tags of these keys were taken away.
    static func removing(_ keys: [String], from existing: [String: String]) -> [String: String] {
        let keys = Set(keys.map { $0.lowercased() })
        return existing.filter { !keys.contains($0.key.lowercased()) }
    }

    /// A page of tags in the order of their keys.
    static func page(
        _ tags: [String: String], marker: String?, maxItems: Int?
    ) throws(ServiceError) -> (items: [Tag], marker: String?) {
        try Paging(marker: marker, maxItems: maxItems).page(Self.shapes(tags) ?? []) { $0.key }
    }

    /// nil where there are none, as AWS leaves the element out.
    static func shapes(_ tags: [String: String]) -> [Tag]? {
        tags.isEmpty ? nil : tags.sorted { $0.key < $1.key }.map { Tag(key: $0.key, value: $0.value) }
    }

    /// The condition keys that tags of a request give.
    static func conditions(ofRequest tags: [Tag]?) -> [(key: String, values: [String])] {
        TagConditions.bringing((tags ?? []).map { (key: $0.key, value: $0.value) })
    }

    /// The condition keys that tags of a resource give.
    static func conditions(ofResource tags: [String: String]) -> [(key: String, values: [String])] {
        tags.flatMap { [("aws:ResourceTag/\($0.key)", [$0.value]), ("iam:ResourceTag/\($0.key)", [$0.value])] }
    }
}
