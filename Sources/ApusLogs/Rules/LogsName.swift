package import ApusService

/// How log groups and streams are named in ARNs and requests.
package enum LogsName {
    /// `arn:aws:logs:region:account:log-group:name`, without the `:*` that `arn` answers carry.
    package static func groupARN(_ name: String, account: String, region: String) -> ARN {
        ARN(service: "logs", region: region, account: account, resource: "log-group:\(name)")
    }

    package static func streamARN(_ stream: String, group: String, account: String, region: String) -> ARN {
        ARN(service: "logs", region: region, account: account, resource: "log-group:\(group):log-stream:\(stream)")
    }

    /// The group's name in the ARN of a tag operation, which has no `:*` at its end.
    ///
    /// Errors: ValidationException as users report it for what is no ARN of a group; ResourceNotFoundException for another
    /// account or region; NotImplemented (501) for destinations.
    package static func group(tagged text: String, account: String, region: String) throws(ServiceError) -> String {
        let arn = ARN(text)
        try UnsupportedSettings.refuse([
            ("tags of destinations", arn?.service == "logs" && arn?.resource.hasPrefix("destination:") == true)
        ])
        guard let arn, arn.service == "logs", arn.resource.hasPrefix("log-group:") else { throw self.noGroupARN }
        let name = arn.resource.dropFirst("log-group:".count)
        guard !name.isEmpty, !name.contains(":") else { throw self.noGroupARN }
        guard arn.account == account, arn.region == region else { throw self.noResource }
        return String(name)
    }

    private static var noGroupARN: ServiceError { LogsError.validation("Invalid resourceArn") }

    package static var noResource: ServiceError { LogsError.resourceNotFound("The specified resource does not exist.") }

    /// The group's name where a request names it by `logGroupName` or by `logGroupIdentifier` (name or ARN).
    ///
    /// Errors: InvalidParameterException when both or neither are given.
    package static func group(name: String?, identifier: String?) throws(ServiceError) -> String {
        switch (name, identifier) {
        case (.some(let name), .none): return name
        case (.none, .some(let identifier)):
            guard let arn = ARN(identifier) else { return identifier }
            var resource = arn.resource[...]
            guard arn.service == "logs", resource.hasPrefix("log-group:") else {
                throw LogsError.invalidParameter("Invalid log group identifier: \(identifier)")
            }
            resource = resource.dropFirst("log-group:".count)
            if resource.hasSuffix(":*") { resource = resource.dropLast(2) }
            return String(resource)
        case (.none, .none):
            throw LogsError.invalidParameter("Either logGroupName or logGroupIdentifier must be specified.")
        case (.some, .some):
            throw LogsError.invalidParameter("LogGroup name and LogGroup ARN are mutually exclusive parameters.")
        }
    }
}
