package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
package enum CreateAccessKey: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: CreateAccessKeyInput, in call: inout Call) throws(ServiceError) -> Demands {
        try KeyOwner.demand("iam:CreateAccessKey", input.userName, in: &call)
    }

    package static func perform(_ input: CreateAccessKeyInput, in call: inout Call) throws(ServiceError)
        -> CreateAccessKeyOutput
    {
        let owner = try KeyOwner(input.userName, in: &call)
        if try owner.keys(in: &call).count >= IAMLimits.accessKeysPerUser {
            throw IAMError.exceeded("AccessKeysPerUser", IAMLimits.accessKeysPerUser)
        }
        let key = try AccessKeys.create(owner, in: &call)
        return CreateAccessKeyOutput(
            accessKey: AccessKey(
                userName: owner.name, accessKeyId: key.id, status: "Active", secretAccessKey: key.secret,
                createDate: call.creationTime))
    }
}
