package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContributorInsights.html
package enum DescribeContributorInsights: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: DescribeContributorInsightsInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let reference = try TableReference(input.tableName, in: call)
        return Demands(try call.tableDemand("dynamodb:DescribeContributorInsights", reference))
    }

    /// No rules are told of: they would be CloudWatch's.
    package static func perform(
        _ input: DescribeContributorInsightsInput, in call: inout Call
    ) throws(ServiceError) -> DescribeContributorInsightsOutput {
        let table = try call.table(TableReference(input.tableName, in: call))
        let insights = table.record.insights(of: try InsightsRules.subject(input.indexName, of: table))
        return DescribeContributorInsightsOutput(
            tableName: table.name, indexName: input.indexName,
            contributorInsightsStatus: insights?.status ?? "DISABLED", lastUpdateDateTime: insights?.updated,
            contributorInsightsMode: insights?.shownMode)
    }
}
