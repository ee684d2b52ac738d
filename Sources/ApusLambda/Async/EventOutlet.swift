internal import ApusBase
internal import ApusService
internal import ApusStore

/// Where an event goes that is over: to the destination that is set for how it ended, and to the dead-letter queue. All in the
/// transaction that ends the event, in the name of the function's role.
///
/// What cannot be sent is dropped, as AWS does; what the store cannot take now is tried again.
struct EventOutlet {
    let record: InvocationRecord
    let target: FunctionTarget

    /// Whether anybody took it.
    func send(_ message: OutgoingMessage, to arn: String, in call: inout Call) throws(ServiceError) -> Bool {
        let (record, function) = (self.record, self.target.record)
        let sent = call.attempt { (call) throws(ServiceError) in
            let identities = call.ports.identities
            guard let role = try identities.role(arn: function.configuration.roleARN, in: &call) else {
                throw LambdaError.resourceNotFound("The function's role is no more.")
            }
            try call.acting(
                as: role.session(named: record.functionName), account: record.account, region: record.region
            ) { (call) throws(ServiceError) in
                if ARN(arn)?.service == "lambda" {
                    let functions = call.ports.functions
                    // What a tenant's event came to is the tenant's too.
                    try functions.invoke(arn, with: Array(message.body.utf8), tenant: record.tenant, in: &call)
                } else {
                    let sink = call.ports.messageSink
                    try sink.send(message, to: arn, in: &call)
                }
            }
        }
        switch sent {
        case .success: return true
        case .failure(let error):
            if error.isTransient { throw error }
            return false
        }
    }

    /// Tells the destination that is set for this end, if any; whether it took it, nil without one.
    func tell(
        _ condition: DestinationRecord.Condition, _ outcome: InvocationOutcome?, in call: inout Call
    ) throws(ServiceError) -> Bool? {
        let config = try call.get(self.record.settingsKey)
        guard let arn = condition == .success ? config?.onSuccess : config?.onFailure else { return nil }
        let told = DestinationRecord(
            event: self.record, functionARN: self.record.functionKey.arn(qualifier: self.record.qualifier ?? "$LATEST"),
            version: self.target.record.versionName, condition: condition, outcome: outcome, time: call.now)
        return try self.send(OutgoingMessage(body: String(decoding: told.json, as: UTF8.self)), to: arn, in: &call)
    }
}
