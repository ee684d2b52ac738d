internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html
package enum ListTagsOfResource: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: ListTagsOfResourceInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let reference = try TableReference(arn: input.resourceArn, in: call)
        return Demands(try call.tableDemand("dynamodb:ListTagsOfResource", reference))
    }

    /// All tags in one page: there are no more than one page takes.
    package static func perform(
        _ input: ListTagsOfResourceInput, in call: inout Call
    ) throws(ServiceError) -> ListTagsOfResourceOutput {
        let table = try call.tagged(input.resourceArn)
        guard input.nextToken == nil else { throw CommonError.validation("Invalid NextToken") }
        let tags = table.record.tags.sorted { $0.key < $1.key }
        return ListTagsOfResourceOutput(tags: tags.map { Tag(key: $0.key, value: $0.value) })
    }
}

extension Call {
    /// The table whose tags a request is about.
    mutating func tagged(_ arn: String) throws(ServiceError) -> OpenTable {
        let reference = try TableReference(arn: arn, in: self)
        guard let record = try self.get(reference.key) else {
            throw DynamoDBError.resourceNotFound("Requested resource not found: ResourcArn: \(arn) not found")
        }
        return OpenTable(reference, record)
    }
}
