internal import ApusBase
package import ApusService
internal import ApusStore

/// A function as a request names it: whose configuration and code, and under which name.
package struct FunctionTarget: Sendable {
    package var key: FunctionKey
    /// Configuration and code: those of `$LATEST`, or of the version that was named or that the alias led to.
    package var record: FunctionRecord
    /// What the function has whatever the version.
    package var shared: FunctionShared
    /// As it was named: a number, `$LATEST`, an alias; nil: the function alone.
    package var qualifier: String?

    package init(
        _ key: FunctionKey, _ record: FunctionRecord, shared: FunctionShared? = nil, qualifier: String? = nil
    ) {
        self.key = key
        self.record = record
        self.shared = shared ?? record.shared
        self.qualifier = qualifier
    }

    /// The ARN with the qualifier that was named: what the function finds as `invoked_function_arn`.
    package var arn: String { self.key.arn(qualifier: self.qualifier) }
}

/// Which version an alias leads to.
package enum AliasChoice: Sendable {
    /// The one that it is for.
    case main
    /// One of its versions by their weights, as an invocation gets it.
    case weighted
}

extension Call {
    /// What a request names, by name and qualifier.
    ///
    /// Errors: ResourceNotFoundException in Lambda's words, with the ARN as it was asked for; InvalidParameterValueException
    /// where the name's own qualifier is another.
    package mutating func target(
        _ text: String, qualifier: String? = nil, choosing choice: AliasChoice = .main
    ) throws(ServiceError) -> FunctionTarget {
        let (key, name) = try self.functionKey(text)
        if let region = name.region, region != self.region {
            throw LambdaError.resourceNotFound(
                "Functions from '\(region)' are not reachable in this region ('\(self.region)')")
        }
        if let one = name.qualifier, let other = qualifier, one != other {
            throw LambdaError.invalidParameterValue(
                "The derived qualifier from the function name does not match the specified qualifier.")
        }
        let qualifier = qualifier ?? name.qualifier
        guard let latest = try self.get(key) else { throw key.notFound(qualifier) }
        guard let record = try self.version(named: qualifier, of: latest, choosing: choice) else {
            throw key.notFound(qualifier)
        }
        return FunctionTarget(key, record, shared: latest.shared, qualifier: qualifier)
    }

    /// What was named by name and qualifier before, as it is now; nil where the function, the version or the alias is no more.
    ///
    /// - Parameter id: of the function that was meant: one made again under its name is another.
    package mutating func target(
        _ key: FunctionKey, id: UInt64? = nil, qualifier: String?, choosing choice: AliasChoice = .main
    ) throws(ServiceError) -> FunctionTarget? {
        guard let latest = try self.get(key), id == nil || latest.id == id,
            let record = try self.version(named: qualifier, of: latest, choosing: choice)
        else { return nil }
        return FunctionTarget(key, record, shared: latest.shared, qualifier: qualifier)
    }

    /// The function's `$LATEST`, for operations that versions and aliases do not have.
    ///
    /// Errors: ResourceNotFoundException; InvalidParameterValueException where a version or an alias is named.
    package mutating func wholeFunction(_ text: String) throws(ServiceError) -> (
        key: FunctionKey, record: FunctionRecord
    ) {
        let (key, name) = try self.functionKey(text)
        guard name.qualifier ?? "$LATEST" == "$LATEST" else {
            throw LambdaError.invalidParameterValue(
                "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. "
                    + "Please specify either a function name or an unqualified function ARN.")
        }
        if let region = name.region, region != self.region {
            throw LambdaError.resourceNotFound(
                "Functions from '\(region)' are not reachable in this region ('\(self.region)')")
        }
        guard let record = try self.get(key) else { throw key.notFound(name.qualifier) }
        return (key, record)
    }

    /// The version under a qualifier; nil where there is none.
    package mutating func version(
        named qualifier: String?, of latest: FunctionRecord, choosing choice: AliasChoice = .main
    ) throws(ServiceError) -> FunctionRecord? {
        guard let qualifier, qualifier != "$LATEST" else { return latest }
        if FunctionName.isNumber(qualifier) {
            guard let number = UInt64(qualifier) else { return nil }
            return try self.get(VersionKey(function: latest.id, number: number))
        }
        guard let alias = try self.get(AliasKey(function: latest.id, name: qualifier)) else { return nil }
        guard choice == .weighted, !alias.weights.isEmpty else {
            return try self.version(named: alias.version, of: latest)
        }
        let dice = Double(self.entropy.nextUInt64() >> 11) / Double(1 << 53 as UInt64)
        return try self.version(named: alias.version(dice: dice), of: latest)
    }
}

extension FunctionKey {
    /// Lambda's answer where there is no such function, version or alias.
    package func notFound(_ qualifier: String?) -> ServiceError {
        LambdaError.resourceNotFound("Function not found: \(self.arn(qualifier: qualifier))")
    }
}
