internal import ApusService

/// IAM's sentences.
extension IAMError {
    static func noSuchUser(_ name: String) -> ServiceError {
        Self.noSuchEntity("The user with name \(name) cannot be found.")
    }
    static func noSuchRole(_ name: String) -> ServiceError {
        Self.noSuchEntity("The role with name \(name) cannot be found.")
    }
    static func noSuchAccessKey(_ id: String) -> ServiceError {
        Self.noSuchEntity("The Access Key with id \(id) cannot be found.")
    }
    static func noSuchPolicy(_ arn: String) -> ServiceError { Self.noSuchEntity("Policy \(arn) was not found.") }
    static func noSuchAttachablePolicy(_ arn: String) -> ServiceError {
        Self.noSuchEntity("Policy \(arn) does not exist or is not attachable.")
    }
    static func noSuchBoundary(_ arn: String) -> ServiceError {
        Self.noSuchEntity("Scope ARN: \(arn) does not exist or is not attachable.")
    }
    static func noSuchPolicyVersion(_ arn: String, _ version: String) -> ServiceError {
        Self.noSuchEntity("Policy \(arn) version \(version) does not exist or is not attachable.")
    }
    static func noSuchInlinePolicy(_ kind: PolicyHolder.Kind, _ name: String) -> ServiceError {
        Self.noSuchEntity("The \(kind.rawValue) policy with name \(name) cannot be found.")
    }
    static func exceeded(_ quota: String, _ limit: Int) -> ServiceError {
        Self.limitExceeded("Cannot exceed quota for \(quota): \(limit)")
    }
    static func invalidARN(_ arn: String) -> ServiceError { Self.invalidInput("ARN \(arn) is not valid.") }
    static func malformed(_ error: PolicyError) -> ServiceError { Self.malformedPolicyDocument(error.message) }
    static let needsUserName = CommonError.validation("Must specify userName when calling with non-User credentials")
}
