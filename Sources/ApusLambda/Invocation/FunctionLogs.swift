package import ApusService
internal import Synchronization

/// Takes what functions print to their log groups, in the name of their roles, through the side lane.
package final class FunctionLogs: Sendable {
    private let lane = Mutex<SideLane<FunctionLogEvent>?>(nil)

    package init() {}

    /// Opens the lane. Events that came before are dropped; environments start later.
    package func start(host: ServiceHost) {
        let lane = SideLane<FunctionLogEvent>(name: "function-logs", host: host) { (events, call) throws(ServiceError) in
            try Self.write(events, in: &call)
        }
        self.lane.withLock { $0 = lane }
    }

    /// Events dropped because the lane was full.
    package var dropped: UInt64 { self.lane.withLock { $0 }?.dropped ?? 0 }

    package func append(_ events: [FunctionLogEvent]) { self.lane.withLock { $0 }?.append(events) }

    /// Calls `completion` once what came before is written.
    package func drain(_ completion: @escaping @Sendable () -> Void) {
        guard let lane = self.lane.withLock({ $0 }) else { return completion() }
        lane.drain(completion)
    }

    private static func write(_ events: [FunctionLogEvent], in call: inout Call) throws(ServiceError) {
        var rest = events[...]
        while let first = rest.first {
            // Runs of one owner: lines come in bursts.
            let run = rest.prefix { $0.roleARN == first.roleARN && $0.account == first.account && $0.region == first.region }
            rest = rest[run.endIndex...]
            let identities = call.ports.identities
            guard let role = try identities.role(arn: first.roleARN, in: &call) else { continue }
            let sink = call.ports.logSink
            let session = role.session(named: first.functionName)
            try call.acting(as: session, account: first.account, region: first.region) { (call) throws(ServiceError) in
                try sink.write(Array(run), in: &call)
            }
        }
    }
}
