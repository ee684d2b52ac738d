internal import ApusBase
package import ApusService

/// What operations do with code signing configurations.
extension Call {
    /// A configuration that a request names. Errors: ResourceNotFoundException.
    package mutating func codeSigning(
        _ arn: String
    ) throws(ServiceError) -> (key: CodeSigningKey, record: CodeSigningRecord) {
        guard let key = CodeSigningKey(arn: arn), key.account == self.account, key.region == self.region,
            let record = try self.get(key)
        else {
            throw LambdaError.resourceNotFound("The Lambda code signing configuration \(arn) can not be found.")
        }
        return (key, record)
    }

    /// A configuration that a function is to have. Errors: CodeSigningConfigNotFoundException.
    package mutating func knownCodeSigning(_ arn: String) throws(ServiceError) -> CodeSigningKey {
        guard let key = CodeSigningKey(arn: arn), key.account == self.account, key.region == self.region,
            try self.contains(key)
        else {
            throw LambdaError.codeSigningConfigNotFound(
                "The code signing configuration cannot be found. Check that the provided configuration is not deleted: "
                    + "\(arn).")
        }
        return key
    }

    package func codeSigningDemand(_ action: String, _ arn: String) -> Demand {
        Demand(action, on: arn, account: ARN(arn)?.account ?? self.account)
    }
}

extension CodeSigningKey {
    /// Reads a configuration's ARN; nil when it is none.
    package init?(arn text: String) {
        guard let arn = ARN(text), arn.service == "lambda" else { return nil }
        let parts = arn.resource.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts[0] == "code-signing-config", !parts[1].isEmpty else { return nil }
        self.init(account: arn.account, region: arn.region, id: parts[1])
    }
}

extension CodeSigningRecord {
    func answer(_ key: CodeSigningKey) -> CodeSigningConfig {
        CodeSigningConfig(
            codeSigningConfigId: key.id, codeSigningConfigArn: key.arn.description,
            allowedPublishers: AllowedPublishers(signingProfileVersionArns: self.publishers),
            codeSigningPolicies: CodeSigningPolicies(untrustedArtifactOnDeployment: "Warn"),
            lastModified: self.modified.lambdaDate, description: self.description)
    }

    /// Signatures are not checked, so that `Enforce` would let anything pass: refused.
    static func refuseEnforcement(_ policies: CodeSigningPolicies?) throws(ServiceError) {
        guard policies?.untrustedArtifactOnDeployment != "Enforce" else {
            throw CommonError.notImplemented(
                "Apus does not check signatures of code yet and cannot enforce them: UntrustedArtifactOnDeployment: Enforce."
            )
        }
    }
}
