internal import ApusAutoScaling
internal import ApusBase
internal import ApusDynamoDB
internal import ApusHTTP
internal import ApusIAM
internal import ApusLogs
internal import ApusService
internal import ApusSQS
internal import ApusStore
internal import Logging

/// The composition root: what the commands call.
package enum Server {
    /// How a run ended.
    package enum Outcome: Sendable {
        case stopped
        /// The plan's replacement is to be executed, and given these sockets.
        case makesRoom(sockets: [Int32])
    }

    /// How long a store that was not closed may take to recover before a service manager gives up.
    private static let startSeconds = 1_800

    /// Runs a server until a request ends it. Returns after everything that was running has ended.
    package static func run(_ plan: ServerPlan) async throws(ServerFailure) -> Outcome {
        plan.notifier.send(.extendTimeout(seconds: Self.startSeconds))
        let log = ServerLog(plan.configuration.log, clock: SystemClock())
        for notice in plan.notices { log.logger("settings").notice("\(notice)") }
        let scripts = InitScripts(plan, log: log)
        await scripts.run(.boot)
        let server: RunningServer
        do throws(ServerFailure) {
            server = try await RunningServer(plan, log: log, scripts: scripts)
        } catch {
            log.stop()
            throw error
        }
        let ready = ServerReady(
            host: server.address.host, port: server.address.port, transport: Transport(plan.configuration.tls),
            newRootKey: server.newRootKey, functions: server.functions)
        scripts.prepare(ready)
        await scripts.run(.start)
        server.directory.announce(endpoint: ready.endpoint)
        plan.whenReady(ready)
        plan.notifier.send(.ready(status: "Serving \(ready.endpoint), version \(ApusVersion.current)"))
        let watchdog = Self.startWatchdog(server, plan.notifier)
        defer { watchdog?.cancel() }
        let readyScripts = Task { await scripts.run(.ready) }
        let end = await Self.waitForEnd(server, plan, scripts)
        scripts.cancel()
        await readyScripts.value
        let settings = plan.configuration
        plan.notifier.send(
            .extendTimeout(seconds: settings.http.shutdownGraceSeconds + settings.initScripts.timeoutSeconds + 60))
        return await Self.end(server, end, plan, scripts)
    }

    private static func end(
        _ server: RunningServer, _ request: ServerRequest, _ plan: ServerPlan, _ scripts: InitScripts
    ) async -> Outcome {
        let seconds = plan.configuration.http.shutdownGraceSeconds
        switch request {
        case .stop:
            plan.notifier.send(.stopping)
            await scripts.run(.shutdown)
            _ = await server.stop(
                graceSeconds: seconds, port: plan.sockets.keeper == .serviceManager ? .staysOpen : .closes)
            return .stopped
        case .replace(let answer):
            plan.notifier.send(.reloading(monotonicMicroseconds: SystemClock().monotonicNanoseconds / 1_000))
            answer(nil)
            return .makesRoom(sockets: await server.stop(graceSeconds: seconds, port: .staysOpen))
        }
    }

    /// The request that ends the server. One to be replaced by a program that will not start is refused, and waited on.
    private static func waitForEnd(
        _ server: RunningServer, _ plan: ServerPlan, _ scripts: InitScripts
    ) async -> ServerRequest {
        while true {
            let request = await plan.requests.next()
            guard case .replace(let answer) = request else { return request }
            let problem: String?
            if await !scripts.isReady() {
                // They would be cut off, and not run again.
                problem = "Init scripts are still running; /_localstack/init tells which."
            } else if let replacement = plan.replacement {
                problem = await BackgroundThread.run { replacement.problem() }
            } else {
                problem = "This server was not started in a way that lets it be replaced."
            }
            guard let problem else { return request }
            server.log.logger("upgrade").error("refused", metadata: ["reason": "\(problem)"])
            answer(problem)
        }
    }

    /// Tells the service manager that the server is alive, as long as its event loops turn and its store can be read.
    private static func startWatchdog(_ server: RunningServer, _ notifier: ServiceNotifier) -> Task<Void, Never>? {
        guard let pause = notifier.watchdogMicroseconds else { return nil }
        return Task {
            while !Task.isCancelled {
                await server.http.turnLoops()
                if (try? server.store.readTransaction()) != nil { notifier.send(.watchdog) }
                try? await Task.sleep(for: .microseconds(pause))
            }
        }
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
            logSink: LogStreamSink(), runner: OfflineRunner(), functions: OfflineRunner(),
            streams: DynamoDB.streams, scaling: AutoScaling.tables)
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
