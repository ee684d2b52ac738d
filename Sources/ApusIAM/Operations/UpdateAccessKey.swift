package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
package enum UpdateAccessKey: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: UpdateAccessKeyInput, in call: inout Call) throws(ServiceError) -> Demands {
        try KeyOwner.demand("iam:UpdateAccessKey", input.userName, in: &call)
    }

    package static func perform(_ input: UpdateAccessKeyInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let owner = try KeyOwner(input.userName, in: &call)
        var record = try owner.key(input.accessKeyId, in: &call)
        guard input.status != "Expired" else {
            throw CommonError.validation("The status of an access key can be set to Active or Inactive.")
        }
        record.isActive = input.status == "Active"
        try call.put(AccessKeyKey(id: input.accessKeyId), record)
        try call.changeIdentities(of: call.account)
        return NoShape()
    }
}
