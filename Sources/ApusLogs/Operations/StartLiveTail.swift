internal import ApusBase
package import ApusService
internal import ApusStore
internal import LogPattern

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html
///
/// A session hears of events when their write is committed, whatever time they bear, and shows once a second what it has heard.
/// Nothing of it is in the store: it ends with the connection, and with the server.
package enum StartLiveTail: StreamOperation {
    package typealias Event = StartLiveTailResponseStream

    package struct State: Sendable {
        let session: LiveTailSession
        let start: LiveTailSessionStart
        let channel: Channel
        let ends: Timestamp
        var isStarted = false
        var nextUpdate: Timestamp
    }

    package static func demands(_ input: StartLiveTailInput, in call: inout Call) throws(ServiceError) -> Demands {
        var list: [Demand] = []
        for name in try self.groups(input, call) {
            list.append(call.streamDemand("logs:StartLiveTail", group: name, stream: ""))
        }
        return Demands(list)
    }

    package static func begin(
        _ input: StartLiveTailInput, in call: inout Call
    ) throws(ServiceError) -> (output: StartLiveTailOutput, state: State) {
        let names = try self.groups(input, call)
        let filter = LiveTailFilter(
            streams: try self.streams(input), pattern: try LogPattern.compile(input.logEventFilterPattern ?? ""))
        var channels: [Channel] = []
        for name in names {
            let group = try call.group(name)
            // "Log classes": Live Tail is for the standard class.
            guard group.logGroupClass == "STANDARD" else {
                throw LogsError.invalidOperation("The operation is not valid on the specified resource")
            }
            channels.append(group.tailChannel)
        }
        let account = Channel(call.groupKey(""))
        guard
            let session = LiveTailSession(
                filter: filter, channels: channels, account: account, broadcasts: call.host.broadcasts)
        else { throw LogsError.limitExceeded("The maximum number of concurrent Live Tail sessions is reached.") }
        let start = LiveTailSessionStart(
            requestId: call.requestID, sessionId: call.entropy.uuid(), logGroupIdentifiers: input.logGroupIdentifiers,
            logStreamNames: input.logStreamNames, logStreamNamePrefixes: input.logStreamNamePrefixes,
            logEventFilterPattern: input.logEventFilterPattern)
        let state = State(
            session: session, start: start, channel: channels[0], ends: call.now + LogsLimits.tailMilliseconds,
            nextUpdate: call.now + LogsLimits.tailUpdateMilliseconds)
        return (StartLiveTailOutput(), state)
    }

    package static func next(
        _ state: inout State, in call: inout Call
    ) throws(ServiceError) -> StreamStep<StartLiveTailResponseStream> {
        if !state.isStarted {
            state.isStarted = true
            return .event(.sessionStart(state.start))
        }
        if call.now >= state.ends {
            throw LogsError.sessionTimeout("The Live Tail session has been open for three hours.")
        }
        if call.now < state.nextUpdate { return .nothing(channel: state.channel, wakeAt: state.nextUpdate) }
        let oldest = call.now - LogsLimits.tailUpdatesBehind * LogsLimits.tailUpdateMilliseconds
        if state.nextUpdate < oldest {
            state.session.drop(before: oldest)
            state.nextUpdate = oldest + LogsLimits.tailUpdateMilliseconds
        }
        let update = state.session.update(before: state.nextUpdate)
        state.nextUpdate = state.nextUpdate + LogsLimits.tailUpdateMilliseconds
        return .event(.sessionUpdate(update))
    }

    package static func end(_ state: State) { state.session.end() }

    /// The groups' names, each once. A group of another account or region is not here.
    private static func groups(_ input: StartLiveTailInput, _ call: borrowing Call) throws(ServiceError) -> [String] {
        var names: [String] = []
        for identifier in input.logGroupIdentifiers {
            if let arn = ARN(identifier), arn.account != call.account || arn.region != call.region {
                throw LogsError.resourceNotFound("The specified log group does not exist.")
            }
            let name = try LogsName.group(name: nil, identifier: identifier)
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    private static func streams(_ input: StartLiveTailInput) throws(ServiceError) -> LiveTailFilter.Streams {
        if input.logStreamNames == nil, input.logStreamNamePrefixes == nil { return .all }
        guard input.logGroupIdentifiers.count == 1 else {
            throw LogsError.invalidParameter(
                "logStreamNames and logStreamNamePrefixes can be specified only for a single log group.")
        }
        switch (input.logStreamNames, input.logStreamNamePrefixes) {
        case (.some, .some):
            throw LogsError.invalidParameter("logStreamNames and logStreamNamePrefixes cannot both be specified.")
        case (let names?, nil): return .named(Set(names))
        default: return .beginning(input.logStreamNamePrefixes ?? [])
        }
    }
}
