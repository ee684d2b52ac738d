internal import ApusBase

/// The name of a condition key or policy variable. Names ignore case.
package struct ConditionKey: Hashable, Sendable {
    /// In lower case.
    let name: String
    let global: GlobalConditionKey?

    package init(_ name: some StringProtocol) {
        self.name = name.lowercased()
        self.global = GlobalConditionKey(rawValue: self.name)
    }
}

/// The global condition keys whose values follow from who makes a request, when and from where. `aws:PrincipalTag/…`,
/// `aws:RequestTag/…`, `aws:ResourceTag/…`, `aws:TagKeys` and keys of services are entries of the `ConditionContext`.
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
enum GlobalConditionKey: String, Sendable {
    case currentTime = "aws:currenttime"
    case epochTime = "aws:epochtime"
    case principalAccount = "aws:principalaccount"
    case principalARN = "aws:principalarn"
    case principalIsAWSService = "aws:principalisawsservice"
    case principalServiceName = "aws:principalservicename"
    case principalServiceNamesList = "aws:principalservicenameslist"
    case principalType = "aws:principaltype"
    case requestedRegion = "aws:requestedregion"
    case resourceAccount = "aws:resourceaccount"
    case secureTransport = "aws:securetransport"
    case sourceAccount = "aws:sourceaccount"
    case sourceARN = "aws:sourcearn"
    case sourceIP = "aws:sourceip"
    case userAgent = "aws:useragent"
    case userID = "aws:userid"
    case userName = "aws:username"
    case viaAWSService = "aws:viaawsservice"
}

extension PolicyRequest {
    /// The values of a key in this request; nil when the request does not have it.
    func values(of key: ConditionKey) -> [String]? {
        if let values = self.context.values(named: key.name) { return values }
        guard let global = key.global, let value = self.value(of: global) else { return nil }
        return [value]
    }

    private func value(of key: GlobalConditionKey) -> String? {
        switch key {
        case .currentTime: self.context.now.iso8601Seconds
        case .epochTime: String(self.context.now.milliseconds / 1000)
        case .requestedRegion: self.context.region
        case .resourceAccount: self.resourceAccount
        case .secureTransport: self.context.isSecure ? "true" : "false"
        case .sourceIP: self.context.sourceIP
        case .userAgent: self.context.userAgent
        default: self.principalValue(of: key)
        }
    }

    private func principalValue(of key: GlobalConditionKey) -> String? {
        switch (key, self.principal) {
        case (.principalIsAWSService, .service): return "true"
        case (.principalIsAWSService, _), (.viaAWSService, _): return "false"
        case (.principalServiceName, .service(let service)), (.principalServiceNamesList, .service(let service)):
            return service.name
        case (.sourceAccount, .service(let service)): return service.sourceAccount
        case (.sourceARN, .service(let service)): return service.sourceARN
        case (_, .service): return nil
        case (.principalType, let principal): return Self.type(of: principal)
        case (.userID, let principal): return principal.userID
        case (_, .anonymous): return nil
        case (.principalAccount, let principal): return principal.account
        case (.principalARN, .session(let session)): return session.roleARN
        case (.principalARN, let principal): return principal.arn
        case (.userName, .user(let user)): return user.name
        default: return nil
        }
    }

    private static func type(of principal: Principal) -> String {
        switch principal {
        case .root: "Account"
        case .user: "User"
        case .session: "AssumedRole"
        case .service, .anonymous: "Anonymous"
        }
    }
}
