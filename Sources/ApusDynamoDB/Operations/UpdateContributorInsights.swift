package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContributorInsights.html
package enum UpdateContributorInsights: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: UpdateContributorInsightsInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let reference = try TableReference(input.tableName, in: call)
        return Demands(try call.tableDemand("dynamodb:UpdateContributorInsights", reference))
    }

    /// Switching on what is on keeps its mode, unless another is given.
    package static func perform(
        _ input: UpdateContributorInsightsInput, in call: inout Call
    ) throws(ServiceError) -> UpdateContributorInsightsOutput {
        var table = try call.readyTable(TableReference(input.tableName, in: call))
        let id = try InsightsRules.subject(input.indexName, of: table)
        let old = table.record.insights(of: id)
        let given = InsightsSettings.Mode.allCases.first { $0.name == input.contributorInsightsMode }
        let kept = old.flatMap { $0.isEnabled ? $0.mode : nil }
        let new = InsightsSettings(
            id: id, isEnabled: input.contributorInsightsAction == "ENABLE",
            mode: given ?? kept ?? .accessedAndThrottledKeys, updated: call.now)
        if old != nil || new.isEnabled {
            table.record.insights.removeAll { $0.id == id }
            table.record.insights.append(new)
            try call.put(table)
        }
        return UpdateContributorInsightsOutput(
            tableName: table.name, indexName: input.indexName,
            contributorInsightsStatus: new.isEnabled ? "ENABLING" : "DISABLING", contributorInsightsMode: new.shownMode)
    }
}
