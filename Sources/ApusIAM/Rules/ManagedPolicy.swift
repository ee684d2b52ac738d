internal import ApusBase
internal import ApusService

/// A managed policy, AWS's or the account's own.
struct ManagedPolicy {
    var arn: String
    var id: String
    var name: String
    var path: String
    var description: String?
    var created: Timestamp
    var updated: Timestamp
    var tags: [String: String]
    /// The number and the document of the version in force.
    var defaultVersion: Int
    var versions: [ManagedPolicyRecord.Version]

    init(_ record: ManagedPolicyRecord) {
        self.arn = record.arn
        self.id = record.id
        self.name = record.name
        self.path = record.path
        self.description = record.description
        self.created = record.created
        self.updated = record.updated
        self.tags = record.tags
        self.defaultVersion = record.defaultVersion
        self.versions = record.versions
    }

    init(_ policy: AWSManagedPolicy) {
        self.arn = policy.arn
        self.id = policy.id
        self.name = policy.name
        self.path = policy.path
        self.description = nil
        self.created = AWSManagedPolicy.created
        self.updated = AWSManagedPolicy.created
        self.tags = [:]
        self.defaultVersion = 1
        self.versions = [.init(number: 1, document: policy.document, created: AWSManagedPolicy.created)]
    }

    var document: String { self.versions.first { $0.number == self.defaultVersion }?.document ?? "" }

    /// The policy named by `arn`: one of AWS's, or one of the call's account; nil when there is none. `InvalidInput`
    /// when the text is no ARN of a policy.
    static func find(_ arn: String, in call: inout Call) throws(ServiceError) -> ManagedPolicy? {
        guard let parts = ARN(arn), parts.service == "iam", parts.resource.hasPrefix("policy/") else {
            throw IAMError.invalidARN(arn)
        }
        if parts.account == "aws" { return AWSManagedPolicy.byARN[arn].map(ManagedPolicy.init) }
        return parts.account == call.account ? try self.own(arn, in: &call).map(ManagedPolicy.init) : nil
    }

    /// The policy of the call's account named by `arn`.
    static func own(_ arn: String, in call: inout Call) throws(ServiceError) -> ManagedPolicyRecord? {
        guard let slash = arn.lastIndex(of: "/"),
            let id = try call.identity(.policy, named: String(arn[arn.index(after: slash)...])),
            let record = try call.get(ManagedPolicyKey(account: call.account, id: id)), record.arn == arn
        else { return nil }
        return record
    }

    /// The policy of the call's account named by `arn`, to be changed.
    ///
    /// Errors: NoSuchEntity; AccessDenied for AWS's policies.
    static func changeable(_ arn: String, in call: inout Call) throws(ServiceError) -> ManagedPolicyRecord {
        guard try self.find(arn, in: &call) != nil else { throw IAMError.noSuchPolicy(arn) }
        guard let record = try self.own(arn, in: &call) else {
            throw CommonError.accessDenied("Policy is outside your own account.")
        }
        return record
    }

    /// Checks a document that is to be a version.
    ///
    /// Errors: MalformedPolicyDocument; LimitExceeded for one that is too long.
    static func check(_ document: String) throws(ServiceError) {
        do { _ = try PolicySource(document, as: .managed) } catch { throw IAMError.malformed(error) }
        if countedCharacters(document) > IAMLimits.managedPolicyCharacters {
            throw IAMError.exceeded("PolicySize", IAMLimits.managedPolicyCharacters)
        }
    }

    /// The policy for an answer.
    func shape(in call: inout Call) throws(ServiceError) -> Policy {
        Policy(
            policyName: self.name, policyId: self.id, arn: self.arn, path: self.path,
            defaultVersionId: "v\(self.defaultVersion)",
            attachmentCount: try Attachments.count(.holderOfPolicy, of: self.arn, in: &call),
            permissionsBoundaryUsageCount: try Attachments.count(.boundaryOfHolder, of: self.arn, in: &call),
            isAttachable: true, description: self.description, createDate: self.created, updateDate: self.updated,
            tags: IAMTags.shapes(self.tags))
    }
}

extension ManagedPolicyRecord {
    /// Where the version called `id` stands, such as `v1`.
    ///
    /// Errors: NoSuchEntity.
    func position(of id: String) throws(ServiceError) -> Int {
        guard let position = self.versions.firstIndex(where: { "v\($0.number)" == id }) else {
            throw IAMError.noSuchPolicyVersion(self.arn, id)
        }
        return position
    }
}
