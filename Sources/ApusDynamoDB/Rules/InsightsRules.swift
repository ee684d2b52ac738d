internal import ApusBase
package import ApusService
internal import ApusStore

/// Contributor insights: whether they are on is kept; nothing is counted until there is a CloudWatch.
package enum InsightsRules {
    /// The id of what insights are about: the table, or a global index of it.
    package static func subject(_ index: String?, of table: OpenTable) throws(ServiceError) -> UInt64 {
        guard let index else { return table.id }
        guard let record = table.record.indexes.first(where: { $0.name == index && $0.kind == .global }) else {
            throw DynamoDBError.resourceNotFound("Requested resource not found")
        }
        return record.id
    }

    /// What ListContributorInsights tells of a table: first of itself, then of its indexes by name.
    package static func summaries(of table: OpenTable) -> [ContributorInsightsSummary] {
        if table.record.insights.isEmpty { return [] }
        let indexes = table.record.indexes.sorted { $0.name < $1.name }.map { (id: $0.id, name: Optional($0.name)) }
        return ([(id: table.id, name: nil)] + indexes).compactMap { subject in
            table.record.insights(of: subject.id).map { insights in
                ContributorInsightsSummary(
                    tableName: table.name, indexName: subject.name, contributorInsightsStatus: insights.status,
                    contributorInsightsMode: insights.shownMode)
            }
        }
    }
}

extension TableRecord {
    /// Of the table or index with the id; nil where they were never switched.
    package func insights(of id: UInt64) -> InsightsSettings? { self.insights.first { $0.id == id } }
}

/// Behind which entry a page of ListContributorInsights begins: `TABLE/INDEX` in Base64, where the table's own entry has no index.
package struct InsightsPlace: Equatable {
    package var table: String
    /// Empty for the table's own entry; nil where all of the table was told.
    package var index: String?

    package init(table: String, index: String?) {
        self.table = table
        self.index = index
    }

    package var token: String {
        Base64.encode(Array((self.index.map { "\(self.table)/\($0)" } ?? self.table).utf8))
    }

    package init(token: String) throws(ServiceError) {
        let text = Base64.decode(token).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let table = parts.first, TableReference.isName(String(table)) else {
            throw CommonError.validation("Invalid NextToken")
        }
        self.init(table: String(table), index: parts.count == 2 ? String(parts[1]) : nil)
    }

    /// Those that come behind.
    package func rest(of summaries: [ContributorInsightsSummary]) -> [ContributorInsightsSummary] {
        guard let index = self.index else { return [] }
        return summaries.filter { ($0.indexName ?? "") > index }
    }
}
