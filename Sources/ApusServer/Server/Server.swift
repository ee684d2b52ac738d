internal import ApusBase
internal import ApusIAM
internal import ApusLogs
internal import ApusService
internal import ApusSQS
internal import ApusStore

/// The composition root: what the commands call.
package enum Server {
    /// Runs a server until the plan says stop. Returns after everything that was running has ended.
    package static func run(_ plan: ServerPlan) async throws(ServerFailure) {
        let server = try await RunningServer(plan)
        let ready = ServerReady(
            host: server.address.host, port: server.address.port, transport: Transport(plan.configuration.tls),
            newRootKey: server.newRootKey)
        server.directory.announce(endpoint: ready.endpoint)
        plan.whenReady(ready)
        await plan.untilStopped()
        await server.stop(graceSeconds: plan.configuration.http.shutdownGraceSeconds)
    }

    /// Replaces the root key of `account` in the data directory of a stopped server, and returns the new one.
    package static func resetRootKey(
        account: String, configuration: Configuration
    ) async throws(ServerFailure) -> RootKey {
        let entropy = SystemEntropy()
        let directory = try ServerDirectory(path: configuration.dataDirectory, entropy: entropy)
        let storage = try RunningServer.openStorage(directory, configuration)
        let driver = ThreadDriver(clock: SystemClock(), entropy: entropy)
        defer {
            driver.stop()
            storage.close()
            directory.close()
        }
        let identities = IAMIdentities()
        let ports = Ports(
            authorizer: identities, identities: identities, messageSink: SQS.messages, messageSource: SQS.messages,
            logSink: LogStreamSink(), runner: OfflineRunner(), functions: OfflineRunner())
        let host = ServiceHost(
            store: Store(storage: storage, driver: driver), ports: ports, sealing: directory.sealing)
        do throws(ServiceError) {
            return try await host.write(CallContext.system(host)) { (call) throws(ServiceError) in
                try ServerRootKeys.replace(account, in: &call)
            }
        } catch {
            throw ServerFailure(.data, "The root key cannot be replaced: \(error).")
        }
    }
}
