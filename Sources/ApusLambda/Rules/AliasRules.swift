internal import ApusBase
internal import ApusService

/// What aliases may be.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
package enum AliasRules {
    private static let pattern = "(?!^[0-9]+$)([a-zA-Z0-9-_]+)"

    /// The model's pattern, which looks around, by hand. Errors: ValidationException in the model's words.
    static func check(name: String) throws(ServiceError) {
        let isWord = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
        guard isWord, !FunctionName.isNumber(name) else {
            throw CommonError.validation(
                "1 validation error detected: Value '\(name)' at 'name' failed to satisfy constraint: Member must satisfy "
                    + "regular expression pattern: \(self.pattern)")
        }
    }

    /// Errors: InvalidParameterValueException in AWS's words.
    static func check(weights: [String: Double], version: String) throws(ServiceError) {
        guard !weights.isEmpty else { return }
        guard weights.count <= 1 else {
            throw LambdaError.invalidParameterValue(
                "Number of items in AdditionalVersionWeights cannot be greater than 1")
        }
        guard version != "$LATEST" else {
            throw LambdaError.invalidParameterValue(
                "$LATEST is not supported for an alias pointing to more than 1 version")
        }
        guard weights[version] == nil else {
            throw LambdaError.invalidParameterValue(
                "Invalid function version \(version). Function version \(version) is already included in routing "
                    + "configuration.")
        }
    }
}

extension AliasRecord {
    func answer(_ key: FunctionKey, name: String) -> AliasConfiguration {
        AliasConfiguration(
            aliasArn: key.arn(qualifier: name), name: name, functionVersion: self.version,
            description: self.description,
            routingConfig: self.weights.isEmpty
                ? nil : AliasRoutingConfiguration(additionalVersionWeights: self.weights),
            revisionId: self.revisionID)
    }
}

extension Call {
    /// Checks that an alias leads to versions that exist. Errors: ResourceNotFoundException.
    mutating func check(_ alias: AliasRecord, of key: FunctionKey, _ latest: FunctionRecord) throws(ServiceError) {
        try AliasRules.check(weights: alias.weights, version: alias.version)
        for version in [alias.version] + alias.weights.keys.sorted() {
            guard version == "$LATEST" || FunctionName.isNumber(version),
                try self.version(named: version, of: latest) != nil
            else { throw key.notFound(version) }
        }
    }
}
