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
