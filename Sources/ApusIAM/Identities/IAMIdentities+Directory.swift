internal import ApusBase
package import ApusService
internal import ApusStore

extension IAMIdentities: IdentityDirectory {
    package func credential(
        accessKeyID: String, sessionToken: String?, in call: inout Call
    ) throws(ServiceError) -> KnownCredential? {
        if let sessionToken { return try self.temporary(accessKeyID, sessionToken, in: &call) }
        if let credential = try self.cached(accessKeyID, in: &call) { return credential }
        guard let record = try call.get(AccessKeyKey(id: accessKeyID)), record.isActive else { return nil }
        let principal: Principal
        if let id = record.user {
            guard let user = try call.get(UserKey(account: record.account, id: id)) else { return nil }
            principal = .user(IAMUserIdentity(account: user.account, name: user.name, path: user.path, id: user.id))
        } else {
            principal = .root(account: record.account)
        }
        let secret = try call.open(record.secret, context: AccessKeyRecord.context(accessKeyID))
        let credential = KnownCredential(principal: principal, secret: secret, expires: nil)
        try self.keep(accessKeyID, credential, account: record.account, in: &call)
        return credential
    }

    private func cached(_ key: String, in call: inout Call) throws(ServiceError) -> KnownCredential? {
        guard let entry = self.credentials.entry(key),
            entry.generation == (try self.generation(of: entry.account, in: &call))
        else { return nil }
        return entry.value
    }

    private func keep(
        _ key: String, _ credential: KnownCredential, account: String, in call: inout Call
    ) throws(ServiceError) {
        guard let generation = try self.generation(of: account, in: &call) else { return }
        self.credentials.set(key, .init(account: account, generation: generation, value: credential))
    }

    /// What a session token says. The credentials of a role that is gone are none.
    private func temporary(
        _ accessKeyID: String, _ text: String, in call: inout Call
    ) throws(ServiceError) -> KnownCredential? {
        let key = accessKeyID + "." + text
        if let credential = try self.cached(key, in: &call) { return credential }
        guard let token = SessionToken(text, key: call.host.sealing), token.accessKeyID == accessKeyID,
            try call.contains(RoleKey(account: token.session.account, id: token.session.roleID))
        else { return nil }
        let credential = KnownCredential(
            principal: .session(token.session), secret: Array(token.secretAccessKey.utf8), expires: token.expires)
        try self.keep(key, credential, account: token.session.account, in: &call)
        return credential
    }

    package func role(arn: String, in call: inout Call) throws(ServiceError) -> KnownRole? {
        guard let parts = ARN(arn), parts.service == "iam", parts.resource.hasPrefix("role/"),
            let name = parts.resource.split(separator: "/").last,
            let role = try call.findRole(String(name), in: parts.account), role.arn == arn
        else { return nil }
        let trustPolicy: PolicyDocument
        do { trustPolicy = try TrustPolicy.compile(role) } catch {
            throw .store(.unreadable(reason: "a stored trust policy does not compile: \(error.message)"))
        }
        return KnownRole(
            account: role.account, name: role.name, path: role.path, id: role.id,
            maximumSessionSeconds: role.maximumSessionSeconds, trustPolicy: trustPolicy)
    }

    package func mayAssume(
        _ role: KnownRole, service: ServiceIdentity, in call: inout Call
    ) throws(ServiceError) -> Bool {
        let request = PolicyRequest(
            principal: .service(service), action: "sts:AssumeRole", resource: role.arn, resourceAccount: role.account,
            context: ConditionContext(now: call.now, region: call.region))
        return PolicyEvaluator.decide(request, policies: .none, resource: .trust(role.trustPolicy)).isAllowed
    }

    package func credentials(
        role: KnownRole, sessionName: String, durationSeconds: Int, host: ServiceHost
    ) -> EnvironmentCredentials {
        let now = host.clock.now
        let session = RoleSession(
            account: role.account, roleName: role.name, rolePath: role.path, roleID: role.id, sessionName: sessionName,
            details: SessionDetails(issued: now))
        let token = SessionToken.issue(
            session, expires: now + Int64(durationSeconds) * 1000, entropy: host.entropy)
        return EnvironmentCredentials(
            accessKeyID: token.accessKeyID, secretAccessKey: token.secretAccessKey,
            sessionToken: token.sealed(with: host.sealing), expires: token.expires)
    }
}
