internal import ApusBase
package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html
package enum TagResource: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: TagResourceInput, in call: inout Call) throws(ServiceError) -> Demands {
        let reference = try TableReference(arn: input.resourceArn, in: call)
        let conditions = TableTags.conditions(input.tags)
        return Demands(try call.tableDemand("dynamodb:TagResource", reference, conditions: conditions))
    }

    package static func perform(_ input: TagResourceInput, in call: inout Call) throws(ServiceError) -> NoShape {
        guard !input.tags.isEmpty else {
            throw CommonError.validation("Atleast one Tag needs to be provided as Input.")
        }
        var table = try call.tagged(input.resourceArn)
        table.record.tags = try TableTags.merged(table.record.tags, input.tags)
        try call.put(table)
        return NoShape()
    }
}
