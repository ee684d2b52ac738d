internal import ApusBase

/// What a procedure or an asynchronous worker works with: the request's facts and transactions.
package struct Session: Sendable {
    package let host: ServiceHost
    package var context: CallContext

    package init(host: ServiceHost, context: CallContext) {
        self.host = host
        self.context = context
    }

    /// Reads at once, on a snapshot.
    package func read<Result: Sendable>(
        _ body: (inout Call) throws(ServiceError) -> Result
    ) throws(ServiceError) -> Result {
        try self.host.read(self.context, body)
    }

    /// Runs `body` in a transaction and returns what it answered once that is durable.
    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (inout Call) throws(ServiceError) -> Result
    ) async throws(ServiceError) -> Result {
        return try await self.host.write(self.context, body)
    }

    /// The same facts at the present time, for a procedure that has waited.
    package var refreshed: Session {
        var session = self
        session.context.now = self.host.clock.now
        return session
    }

    /// The same for another principal.
    package func acting(as principal: Principal, account: String, region: String) -> Session {
        var session = self.refreshed
        session.context.principal = principal
        session.context.account = account
        session.context.region = region
        return session
    }
}
