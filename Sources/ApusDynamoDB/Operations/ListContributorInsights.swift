package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListContributorInsights.html
package enum ListContributorInsights: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: ListContributorInsightsInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let action = "dynamodb:ListContributorInsights"
        guard let name = input.tableName else { return Demands(Demand(action, on: "*", account: call.account)) }
        return Demands(try call.tableDemand(action, TableReference(name, in: call)))
    }

    /// A page looks at as many tables as it has entries at most, so one without entries may have another behind it.
    package static func perform(
        _ input: ListContributorInsightsInput, in call: inout Call
    ) throws(ServiceError) -> ListContributorInsightsOutput {
        let limit = max(1, input.maxResults ?? DynamoDBLimits.tablesPerPage)
        let place = try input.nextToken.map { (token) throws(ServiceError) in try InsightsPlace(token: token) }
        if let name = input.tableName {
            let all = InsightsRules.summaries(of: try call.table(TableReference(name, in: call)))
            return Self.page(place?.rest(of: all) ?? all, limit: limit, next: nil)
        }
        var found: [ContributorInsightsSummary] = []
        var range = TableKey.all(account: call.account, region: call.region)
        if let place {
            let key = TableKey(account: call.account, region: call.region, name: place.table)
            if let record = try call.get(key) {
                let reference = TableReference(account: key.account, region: key.region, name: key.name)
                found = place.rest(of: InsightsRules.summaries(of: OpenTable(reference, record)))
            }
            range = range.after(key)
        }
        let tables = try call.page(range, limit: limit + 1)
        for (key, record) in tables.prefix(limit) {
            let reference = TableReference(account: key.account, region: key.region, name: key.name)
            found += InsightsRules.summaries(of: OpenTable(reference, record))
        }
        let last = tables.count > limit ? tables[limit - 1].key.name : nil
        return Self.page(found, limit: limit, next: last.map { InsightsPlace(table: $0, index: nil) })
    }

    /// The first of `found`; `next` is where the page behind all of it begins.
    private static func page(
        _ found: [ContributorInsightsSummary], limit: Int, next: InsightsPlace?
    ) -> ListContributorInsightsOutput {
        var next = next
        if found.count > limit, let last = found.prefix(limit).last, let table = last.tableName {
            next = InsightsPlace(table: table, index: last.indexName ?? "")
        }
        return ListContributorInsightsOutput(
            contributorInsightsSummaries: Array(found.prefix(limit)), nextToken: next?.token)
    }
}
