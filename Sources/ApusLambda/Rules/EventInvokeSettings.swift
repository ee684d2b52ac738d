internal import ApusBase
internal import ApusService
internal import ApusStore

/// What the operations on settings of asynchronous invocation share.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html and
/// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
extension Call {
    /// The function, version or alias that a request names, with the place of its settings.
    ///
    /// Errors: ResourceNotFoundException.
    mutating func eventInvokeTarget(
        _ name: String, _ qualifier: String?
    ) throws(ServiceError) -> EventInvokeTarget {
        let (key, record) = try self.function(name, qualifier: qualifier)
        let named = try self.functionKey(name).name.qualifier
        return EventInvokeTarget(function: key, record: record, qualifier: qualifier ?? named ?? "$LATEST")
    }

    /// The settings of a function. Errors: ResourceNotFoundException where there are none.
    mutating func eventInvokeConfig(
        _ target: EventInvokeTarget
    ) throws(ServiceError) -> EventInvokeRecord {
        guard let record = try self.get(target.key) else {
            throw LambdaError.resourceNotFound("The function \(target.arn) doesn't have an EventInvokeConfig")
        }
        return record
    }

    /// Refuses destinations that cannot be told anything: of a kind that is not here, the function itself, and those that
    /// its role may not write to.
    mutating func checkDestinations(
        _ destinations: [String?], of function: (key: FunctionKey, record: FunctionRecord)
    ) throws(ServiceError) {
        for text in destinations.compactMap({ $0 }) {
            guard let arn = ARN(text) else {
                throw LambdaError.invalidParameterValue("The destination ARN \(text) is invalid.")
            }
            let call: (name: String, action: String)
            switch arn.service {
            case "sqs": call = ("SendMessage", "sqs:SendMessage")
            case "lambda": call = ("InvokeFunction", "lambda:InvokeFunction")
            case "sns", "events", "s3":
                throw CommonError.notImplemented("Apus does not implement destinations of \(arn.service) yet.")
            default: throw LambdaError.invalidParameterValue("The destination ARN \(text) is invalid.")
            }
            if arn.service == "lambda" {
                guard let name = FunctionName(text) else {
                    throw LambdaError.invalidParameterValue("The destination ARN \(text) is invalid.")
                }
                if FunctionName.arn(name.name, account: arn.account, region: arn.region) == function.key.arn {
                    throw LambdaError.invalidParameterValue(
                        "You can't specify the function as a destination for itself.")
                }
            }
            // What another account's resource allows is found out when it is written to.
            guard arn.account == function.key.account else { continue }
            let role = try self.executionRole(function.record.configuration.roleARN)
            let isAllowed = try self.acting(as: role.session(named: function.key.name)) {
                (inner) throws(ServiceError) in
                try inner.allows(Demand(call.action, on: text, account: arn.account))
            }
            if !isAllowed {
                throw LambdaError.invalidParameterValue(
                    "The function's execution role does not have permissions to call \(call.name) on \(text)")
            }
        }
    }
}

/// A function, version or alias whose asynchronous events are meant.
struct EventInvokeTarget {
    var function: FunctionKey
    var record: FunctionRecord
    var qualifier: String

    var key: EventInvokeKey { EventInvokeKey(function: self.record.id, qualifier: self.qualifier) }
    var arn: String { self.function.arn(qualifier: self.qualifier) }

    func answer(_ config: EventInvokeRecord) -> FunctionEventInvokeConfig {
        FunctionEventInvokeConfig(
            lastModified: config.lastModified, functionArn: self.arn,
            maximumRetryAttempts: config.maximumRetryAttempts,
            maximumEventAgeInSeconds: config.maximumEventAgeSeconds,
            destinationConfig: DestinationConfig(
                onSuccess: OnSuccess(destination: config.onSuccess),
                onFailure: OnFailure(destination: config.onFailure)))
    }
}

extension EventInvokeRecord {
    /// Takes over what a request gives; an empty destination is none.
    mutating func take(
        retries: Int?, ageSeconds: Int?, destinations: DestinationConfig?
    ) throws(ServiceError) {
        guard retries != nil || ageSeconds != nil || destinations != nil else {
            throw LambdaError.invalidParameterValue(
                "You must specify at least one of error handling or destination setting.")
        }
        if let retries { self.maximumRetryAttempts = retries }
        if let ageSeconds { self.maximumEventAgeSeconds = ageSeconds }
        if let success = destinations?.onSuccess { self.onSuccess = Self.given(success.destination) }
        if let failure = destinations?.onFailure { self.onFailure = Self.given(failure.destination) }
    }

    private static func given(_ text: String?) -> String? { text?.isEmpty == false ? text : nil }
}
