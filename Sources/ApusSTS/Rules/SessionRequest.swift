internal import ApusBase
internal import ApusService

/// What a caller of AssumeRole asks for, checked.
///
/// Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html and
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
struct SessionRequest {
    let durationSeconds: Int
    let sourceIdentity: String?
    /// Of the space for session policies and tags, in percent; nil when nothing takes space.
    let packedPolicySize: Int?
    private let policy: String?
    private let policyARNs: [String]
    private let tags: [String: String]
    private let transitiveTagKeys: [String]

    init(_ input: AssumeRoleInput, role: KnownRole, caller: Principal) throws(ServiceError) {
        if input.tokenCode != nil || input.serialNumber != nil {
            throw CommonError.notImplemented(service: "STS", operation: "AssumeRole with a multi-factor device")
        }
        if input.providedContexts?.isEmpty == false {
            throw CommonError.notImplemented(service: "STS", operation: "AssumeRole with ProvidedContexts")
        }
        let chained: RoleSession? = if case .session(let session) = caller { session } else { nil }
        self.durationSeconds = try Self.duration(input.durationSeconds, role: role, isChained: chained != nil)
        self.policy = input.policy
        self.policyARNs = (input.policyArns ?? []).compactMap(\.arn)
        self.packedPolicySize = try Self.checkPolicies(self.policy, self.policyARNs, tags: input.tags ?? [])
        (self.tags, self.transitiveTagKeys) = try Self.tags(input, inherited: chained?.details)
        self.sourceIdentity = input.sourceIdentity ?? chained?.details?.sourceIdentity
        if let before = chained?.details?.sourceIdentity, before != self.sourceIdentity {
            throw CommonError.validation("The source identity of a session cannot be changed.")
        }
    }

    func details(issued: Timestamp) -> SessionDetails {
        SessionDetails(
            issued: issued, policy: self.policy, policyARNs: self.policyARNs, tags: self.tags,
            transitiveTagKeys: self.transitiveTagKeys, sourceIdentity: self.sourceIdentity)
    }

    private static func duration(_ seconds: Int?, role: KnownRole, isChained: Bool) throws(ServiceError) -> Int {
        guard let seconds else { return min(STSLimits.defaultSessionSeconds, role.maximumSessionSeconds) }
        if isChained, seconds > STSLimits.chainedSessionSeconds {
            throw CommonError.validation(
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
        }
        if seconds > role.maximumSessionSeconds {
            throw CommonError.validation(
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
        }
        return seconds
    }

    private static func checkPolicies(_ policy: String?, _ arns: [String], tags: [Tag]) throws(ServiceError) -> Int? {
        if let policy {
            do { _ = try PolicySource(policy, as: .inline) } catch {
                throw STSError.malformedPolicyDocument(error.message)
            }
        }
        if arns.count > STSLimits.sessionPolicies {
            throw CommonError.validation("A session has at most \(STSLimits.sessionPolicies) managed session policies.")
        }
        for text in arns {
            guard let arn = ARN(text), arn.service == "iam", arn.resource.hasPrefix("policy/") else {
                throw CommonError.validation("ARN \(text) is not valid.")
            }
        }
        let policyCharacters = (policy?.unicodeScalars.count ?? 0) + arns.reduce(0) { $0 + $1.unicodeScalars.count }
        let tagCharacters = tags.reduce(0) { $0 + $1.key.unicodeScalars.count + $1.value.unicodeScalars.count }
        if policyCharacters + tagCharacters == 0 { return nil }
        let percent = max(1, policyCharacters * 100 / STSLimits.sessionPolicyCharacters)
        if policyCharacters > STSLimits.sessionPolicyCharacters {
            throw STSError.packedPolicyTooLarge(
                "Packed policy consumes \(percent)% of allotted space, please use smaller policy.")
        }
        return percent
    }

    /// The session's tags, with those that a chain of roles hands on.
    private static func tags(
        _ input: AssumeRoleInput, inherited: SessionDetails?
    ) throws(ServiceError) -> (tags: [String: String], transitive: [String]) {
        var tags: [String: String] = [:]
        var names: [String: String] = [:]
        for tag in input.tags ?? [] {
            guard names.updateValue(tag.key, forKey: tag.key.lowercased()) == nil else {
                throw CommonError.validation(
                    "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
            }
            if tag.key.lowercased().hasPrefix("aws:") {
                throw CommonError.validation("Tag keys beginning with aws: are reserved for system use.")
            }
            tags[tag.key] = tag.value
        }
        var transitive: [String] = []
        for key in input.transitiveTagKeys ?? [] {
            guard let name = names[key.lowercased()] else {
                throw CommonError.validation("The specified transitive tag key must be included in the requested tags.")
            }
            transitive.append(name)
        }
        for key in inherited?.transitiveTagKeys ?? [] {
            if names[key.lowercased()] != nil {
                throw CommonError.validation(
                    "One of the specified tag keys conflicts with a transitive tag of the calling session.")
            }
            tags[key] = inherited?.tags[key]
            transitive.append(key)
        }
        return (tags, transitive)
    }
}

extension SessionRequest {
    /// The actions that a request needs of the caller's policies and of the trust policy.
    static func actions(of input: AssumeRoleInput) -> [String] {
        var actions = ["sts:AssumeRole"]
        if input.tags?.isEmpty == false { actions.append("sts:TagSession") }
        if input.sourceIdentity != nil { actions.append("sts:SetSourceIdentity") }
        return actions
    }

    /// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
    static func conditions(of input: AssumeRoleInput) -> [(key: String, values: [String])] {
        var conditions: [(key: String, values: [String])] = [("sts:RoleSessionName", [input.roleSessionName])]
        if let id = input.externalId { conditions.append(("sts:ExternalId", [id])) }
        if let seconds = input.durationSeconds { conditions.append(("sts:DurationSeconds", [String(seconds)])) }
        if let identity = input.sourceIdentity { conditions.append(("sts:SourceIdentity", [identity])) }
        if let keys = input.transitiveTagKeys { conditions.append(("sts:TransitiveTagKeys", keys)) }
        return conditions + TagConditions.bringing((input.tags ?? []).map { (key: $0.key, value: $0.value) })
    }
}
