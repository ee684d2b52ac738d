/// Who makes a call.
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
package enum Principal: Hashable, Sendable {
    /// The account itself: may do everything in it that no resource policy denies.
    case root(account: String)
    case user(IAMUserIdentity)
    case session(RoleSession)
    /// A service acting for a resource: an event source, a log delivery.
    case service(ServiceIdentity)
    /// A request without a signature.
    case anonymous

    /// The 12-digit account the principal belongs to; nil for services without a source and for anonymous callers.
    package var account: String? {
        switch self {
        case .root(let account): account
        case .user(let user): user.account
        case .session(let session): session.account
        case .service(let service): service.sourceAccount
        case .anonymous: nil
        }
    }

    /// The ARN in `GetCallerIdentity` and in refusals; the service's name for a service; `anonymous`.
    package var arn: String {
        switch self {
        case .root(let account): "arn:aws:iam::\(account):root"
        case .user(let user): "arn:aws:iam::\(user.account):user\(user.path)\(user.name)"
        case .session(let session):
            "arn:aws:sts::\(session.account):assumed-role/\(session.roleName)/\(session.sessionName)"
        case .service(let service): service.name
        case .anonymous: "anonymous"
        }
    }

    /// The `UserId` of `GetCallerIdentity` and the value of `aws:userid`.
    package var userID: String {
        switch self {
        case .root(let account): account
        case .user(let user): user.id
        case .session(let session): "\(session.roleID):\(session.sessionName)"
        case .service(let service): service.name
        case .anonymous: "anonymous"
        }
    }
}

/// A user of IAM.
package struct IAMUserIdentity: Hashable, Sendable {
    package var account: String
    package var name: String
    /// Begins and ends with a slash.
    package var path: String
    /// `AIDA…`
    package var id: String

    package init(account: String, name: String, path: String, id: String) {
        self.account = account
        self.name = name
        self.path = path
        self.id = id
    }
}

/// A role that somebody took on.
package struct RoleSession: Hashable, Sendable {
    package var account: String
    package var roleName: String
    /// Begins and ends with a slash.
    package var rolePath: String
    /// `AROA…`
    package var roleID: String
    package var sessionName: String
    /// What the session was given when it began; nil for sessions that a service of this server opens for its own calls.
    package var details: SessionDetails?

    package init(
        account: String, roleName: String, rolePath: String, roleID: String, sessionName: String,
        details: SessionDetails? = nil
    ) {
        self.account = account
        self.roleName = roleName
        self.rolePath = rolePath
        self.roleID = roleID
        self.sessionName = sessionName
        self.details = details
    }

    package var roleARN: String { "arn:aws:iam::\(self.account):role\(self.rolePath)\(self.roleName)" }
}

/// A service principal with the resource for which it acts.
package struct ServiceIdentity: Hashable, Sendable {
    /// `lambda.amazonaws.com`
    package var name: String
    /// The value of `aws:SourceArn`.
    package var sourceARN: String?
    /// The value of `aws:SourceAccount`.
    package var sourceAccount: String?

    package init(name: String, sourceARN: String?, sourceAccount: String?) {
        self.name = name
        self.sourceARN = sourceARN
        self.sourceAccount = sourceAccount
    }
}
