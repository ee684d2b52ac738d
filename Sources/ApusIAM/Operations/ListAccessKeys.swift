package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
package enum ListAccessKeys: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListAccessKeysInput, in call: inout Call) throws(ServiceError) -> Demands {
        try KeyOwner.demand("iam:ListAccessKeys", input.userName, in: &call)
    }

    package static func perform(_ input: ListAccessKeysInput, in call: inout Call) throws(ServiceError)
        -> ListAccessKeysOutput
    {
        let owner = try KeyOwner(input.userName, in: &call)
        let page = try Paging(marker: input.marker, maxItems: input.maxItems).page(try owner.keys(in: &call)) { $0 }
        var keys: [AccessKeyMetadata] = []
        for id in page.items {
            let record = try owner.key(id, in: &call)
            keys.append(
                AccessKeyMetadata(
                    userName: owner.name, accessKeyId: id, status: record.isActive ? "Active" : "Inactive",
                    createDate: record.created))
        }
        return ListAccessKeysOutput(accessKeyMetadata: keys, isTruncated: page.marker != nil, marker: page.marker)
    }
}
