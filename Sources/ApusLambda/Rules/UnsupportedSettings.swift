package import ApusService

/// Settings that Lambda has and Apus has not yet: refused by name, never taken and ignored.
package enum UnsupportedSettings {
    package static func refuse(_ given: [(name: String, isGiven: Bool)]) throws(ServiceError) {
        for setting in given where setting.isGiven {
            throw CommonError.notImplemented("Apus does not implement the setting \(setting.name) of functions yet.")
        }
    }

    /// Errors: InvalidParameterValueException, in AWS's words, for a package that comes with the place of another.
    fileprivate static func refuseOthers(besides zip: [UInt8]?, _ others: [String?]) throws(ServiceError) {
        guard zip != nil, others.contains(where: { $0 != nil }) else { return }
        throw LambdaError.invalidParameterValue(
            "Please do not provide other FunctionCode parameters when providing a ZipFile.")
    }
}

extension RuntimeRefusal {
    /// The refusal as Lambda answers it; 501 for what AWS runs and Apus does not.
    var error: ServiceError {
        switch self {
        case .invalid(let sentence): LambdaError.invalidParameterValue(sentence)
        case .notImplemented(let sentence): CommonError.notImplemented(sentence)
        }
    }
}

extension DeadLetterConfig {
    /// Whether the target is a topic; there are none.
    fileprivate var namesTopic: Bool { self.targetArn?.hasPrefix("arn:aws:sns:") == true }
}

extension CreateFunctionInput {
    /// - Parameter folder: what stands in place of an object in a bucket.
    func refuseUnsupported(folder: String?) throws(ServiceError) {
        try UnsupportedSettings.refuseOthers(
            besides: self.code.zipFile, [self.code.s3Bucket, self.code.s3Key, self.code.s3ObjectVersion])
        try UnsupportedSettings.refuse([
            ("Code.S3Bucket", self.code.s3Bucket != nil && folder == nil),
            ("Code.SourceKMSKeyArn", self.code.sourceKMSKeyArn?.isEmpty == false),
            ("KMSKeyArn", self.kmsKeyArn?.isEmpty == false),
            ("DeadLetterConfig.TargetArn: topic", self.deadLetterConfig?.namesTopic == true),
            ("PublishTo", self.publishTo != nil),
            ("CapacityProviderConfig", self.capacityProviderConfig != nil),
        ])
    }
}

extension UpdateFunctionConfigurationInput {
    func refuseUnsupported() throws(ServiceError) {
        try UnsupportedSettings.refuse([
            ("KMSKeyArn", self.kmsKeyArn?.isEmpty == false),
            ("DeadLetterConfig.TargetArn: topic", self.deadLetterConfig?.namesTopic == true),
            ("CapacityProviderConfig", self.capacityProviderConfig != nil),
        ])
    }
}

extension UpdateFunctionCodeInput {
    /// - Parameter folder: what stands in place of an object in a bucket.
    func refuseUnsupported(folder: String?) throws(ServiceError) {
        try UnsupportedSettings.refuseOthers(
            besides: self.zipFile, [self.s3Bucket, self.s3Key, self.s3ObjectVersion])
        try UnsupportedSettings.refuse([
            ("S3Bucket", self.s3Bucket != nil && folder == nil),
            ("SourceKMSKeyArn", self.sourceKMSKeyArn?.isEmpty == false),
            ("PublishTo", self.publishTo != nil),
        ])
    }
}
