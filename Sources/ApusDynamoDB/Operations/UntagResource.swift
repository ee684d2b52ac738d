internal import ApusBase
package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UntagResource.html
package enum UntagResource: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: UntagResourceInput, in call: inout Call) throws(ServiceError) -> Demands {
        let reference = try TableReference(arn: input.resourceArn, in: call)
        let conditions = TagConditions.naming(input.tagKeys)
        return Demands(try call.tableDemand("dynamodb:UntagResource", reference, conditions: conditions))
    }

    package static func perform(_ input: UntagResourceInput, in call: inout Call) throws(ServiceError) -> NoShape {
        guard !input.tagKeys.isEmpty else {
            throw CommonError.validation("Atleast one Tag Key needs to be provided as Input.")
        }
        var table = try call.tagged(input.resourceArn)
        for key in input.tagKeys { table.record.tags[key] = nil }
        try call.put(table)
        return NoShape()
    }
}
