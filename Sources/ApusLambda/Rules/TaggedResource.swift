internal import ApusBase
package import ApusService

/// What an ARN in a tag operation names.
package enum TaggedResource: Sendable {
    case function(FunctionKey)
    case mapping(MappingKey)
    case codeSigning(CodeSigningKey)

    /// Errors: InvalidParameterValueException for versions and aliases; NotImplemented for kinds that are not here.
    package init(arn text: String) throws(ServiceError) {
        guard let arn = ARN(text), arn.service == "lambda" else {
            throw LambdaError.invalidParameterValue("Invalid resource: \(text)")
        }
        let parts = arn.resource.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count) {
        case ("function", 2):
            self = .function(FunctionKey(account: arn.account, region: arn.region, name: parts[1]))
        case ("function", _):
            throw LambdaError.invalidParameterValue(
                "Tags on function aliases and versions are not supported. Please specify either a function name or an "
                    + "unqualified function ARN.")
        case ("event-source-mapping", 2):
            self = .mapping(MappingKey(account: arn.account, region: arn.region, id: parts[1]))
        case ("code-signing-config", 2):
            self = .codeSigning(CodeSigningKey(account: arn.account, region: arn.region, id: parts[1]))
        default:
            try UnsupportedSettings.refuse([("Tags of \(parts[0])", true)])
            throw CommonError.internalFailure()
        }
    }
}

/// What tags may be.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html#using-tags-with-the-cli
package enum TagRules {
    /// Errors: InvalidParameterValueException.
    package static func check(_ tags: [String: String]) throws(ServiceError) {
        guard tags.count <= LambdaLimits.tags else {
            throw LambdaError.invalidParameterValue(
                "Number of tags exceeds resource tag limit of \(LambdaLimits.tags).")
        }
        for (name, value) in tags {
            guard (1...128).contains(name.unicodeScalars.count), value.unicodeScalars.count <= 256 else {
                throw LambdaError.invalidParameterValue(
                    "Tag keys have 1 to 128 characters, tag values at most 256: \(name)")
            }
            guard !name.lowercased().hasPrefix("aws:") else {
                throw LambdaError.invalidParameterValue("Tag keys that begin with aws: are reserved: \(name)")
            }
        }
    }
}

extension Call {
    /// The demand on a tagged resource, with what the request says of tags.
    package mutating func tagDemand(
        _ action: String, _ resource: String, conditions: [(key: String, values: [String])] = []
    ) throws(ServiceError) -> Demand {
        let owner: TaggedResource = try TaggedResource(arn: resource)
        var demand: Demand
        switch owner {
        case .function: demand = try self.functionDemand(action, resource)
        case .mapping(let key): demand = Demand(action, on: key.arn, account: key.account)
        case .codeSigning(let key): demand = Demand(action, on: key.arn, account: key.account)
        }
        demand.conditions += conditions
        return demand
    }

    /// Reads a resource's tags. Errors: ResourceNotFoundException.
    package mutating func tags(of resource: String) throws(ServiceError) -> [String: String] {
        switch try TaggedResource(arn: resource) {
        case .function: return try self.wholeFunction(resource).record.tags
        case .mapping(let key): return try self.mapping(key).tags
        case .codeSigning: return try self.codeSigning(resource).record.tags
        }
    }

    /// Changes a resource's tags. Errors: ResourceNotFoundException; InvalidParameterValueException for bad tags.
    package mutating func changeTags(
        of resource: String, _ change: (inout [String: String]) -> Void
    ) throws(ServiceError) {
        switch try TaggedResource(arn: resource) {
        case .function:
            var (key, record) = try self.wholeFunction(resource)
            change(&record.tags)
            try TagRules.check(record.tags)
            try self.put(key, record)
        case .codeSigning:
            var (key, record) = try self.codeSigning(resource)
            change(&record.tags)
            try TagRules.check(record.tags)
            try self.put(key, record)
        case .mapping(let key):
            var record = try self.mapping(key)
            change(&record.tags)
            try TagRules.check(record.tags)
            try self.put(key, record)
        }
    }
}
