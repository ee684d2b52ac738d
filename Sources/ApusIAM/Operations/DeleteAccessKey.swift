package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html
package enum DeleteAccessKey: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: DeleteAccessKeyInput, in call: inout Call) throws(ServiceError) -> Demands {
        try KeyOwner.demand("iam:DeleteAccessKey", input.userName, in: &call)
    }

    package static func perform(_ input: DeleteAccessKeyInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let owner = try KeyOwner(input.userName, in: &call)
        _ = try owner.key(input.accessKeyId, in: &call)
        try AccessKeys.delete(input.accessKeyId, of: owner, in: &call)
        return NoShape()
    }
}
