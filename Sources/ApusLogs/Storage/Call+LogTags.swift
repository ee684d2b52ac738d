package import ApusService
internal import ApusStore

/// What the operations on tags share.
extension Call {
    /// The demand of a tag operation that names the group by its ARN: there AWS leaves out the stream.
    package func tagDemand(_ action: String, _ group: String) -> Demand {
        Demand(
            action, on: LogsName.groupARN(group, account: self.account, region: self.region), account: self.account)
    }

    /// Changes a group's tags.
    ///
    /// Errors: those of `LogTags.check`.
    package mutating func changeTags(
        of name: String, _ group: LogGroupRecord, tooMany: (String) -> ServiceError,
        _ change: (inout [String: String]) -> Void
    ) throws(ServiceError) {
        var group = group
        change(&group.tags)
        try LogTags.check(group.tags, tooMany: tooMany)
        try self.put(self.groupKey(name), group)
    }

    /// The group that an ARN of a tag operation names.
    ///
    /// Errors: ResourceNotFoundException in the words of tag operations.
    package mutating func group(tagged text: String) throws(ServiceError) -> (name: String, record: LogGroupRecord) {
        let name = try LogsName.group(tagged: text, account: self.account, region: self.region)
        guard let group = try self.get(self.groupKey(name)) else { throw LogsName.noResource }
        return (name, group)
    }
}
