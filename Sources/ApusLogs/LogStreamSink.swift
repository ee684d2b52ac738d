internal import ApusBase
package import ApusService

/// Writes what functions print, in the name of their roles.
package struct LogStreamSink: LogSink {
    package init() {}

    /// Events of several streams; those of one stream are in the order of their times. A stream that the principal may not
    /// write to is left out, as in AWS a function without the permissions has no log.
    package func write(_ events: [FunctionLogEvent], in call: inout Call) throws(ServiceError) {
        var batches: [StreamName: [(time: Timestamp, message: String)]] = [:]
        var order: [StreamName] = []
        for event in events {
            let name = StreamName(
                account: event.account, region: event.region, group: event.group, stream: event.stream)
            if batches[name] == nil { order.append(name) }
            batches[name, default: []].append((event.timestamp, event.message))
        }
        for name in order {
            let batch = batches[name]!
            let result = call.attempt { (call) throws(ServiceError) in
                try call.acting(as: call.principal, account: name.account, region: name.region) {
                    (call) throws(ServiceError) in
                    try self.write(batch, to: name, in: &call)
                }
            }
            if case .failure(.store(let error)) = result { throw .store(error) }
        }
    }

    private struct StreamName: Hashable {
        var account: String
        var region: String
        var group: String
        var stream: String
    }

    private func write(
        _ events: [(time: Timestamp, message: String)], to name: StreamName, in call: inout Call
    ) throws(ServiceError) {
        let group: LogGroupRecord
        if let existing = try call.get(call.groupKey(name.group)) {
            group = existing
        } else {
            try call.require(call.streamDemand("logs:CreateLogGroup", group: name.group, stream: ""))
            group = try call.createGroup(name.group)
        }
        if try !call.contains(LogStreamKey(group: group.id, name: name.stream)) {
            try call.require(call.streamDemand("logs:CreateLogStream", group: name.group, stream: ""))
            _ = try call.createStream(name.stream, in: group)
        }
        try call.require(call.streamDemand("logs:PutLogEvents", group: name.group, stream: name.stream))
        try call.append(events, to: name.stream, of: name.group, in: group)
    }
}
