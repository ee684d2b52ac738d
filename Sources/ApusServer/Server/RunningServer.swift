internal import ApusAutoScaling
internal import ApusBase
internal import ApusDynamoDB
internal import ApusHTTP
internal import ApusIAM
internal import ApusLambda
internal import ApusLogs
internal import ApusSandbox
internal import ApusService
internal import ApusSQS
internal import ApusStore
internal import ApusWire
internal import Logging

/// Everything a running server consists of, from the disk up, in the order in which it is made; it ends in the reverse.
final class RunningServer: Sendable {
    let directory: ServerDirectory
    let storage: RocksStorage
    let driver: ThreadDriver
    let store: Store
    let blobs: BlobStore
    let backups: BackupDesk
    let lambda: Lambda
    let host: ServiceHost
    let runner: SandboxRunner
    let workers: [WorkerRun]
    let metrics: Metrics
    let log: ServerLog
    let http: HTTPServer
    /// nil where the file system has no sockets.
    let admin: AdminServer?
    let address: (host: String, port: Int)
    let newRootKey: RootKey?
    /// A line about each function that was made of a folder.
    let functions: [String]

    /// Opens the data directory, starts what runs in the background, and listens.
    init(_ plan: ServerPlan, log: ServerLog, scripts: InitScripts) async throws(ServerFailure) {
        let settings = plan.configuration
        let clock = SystemClock()
        let entropy = SystemEntropy()
        self.log = log
        try Self.checkFunctions(plan)
        self.directory = try ServerDirectory(path: settings.dataDirectory, entropy: entropy)
        self.storage = try Self.openStorage(self.directory, settings)
        self.driver = ThreadDriver(clock: clock, entropy: entropy)
        self.store = Store(storage: self.storage, driver: self.driver)
        self.blobs = try Self.openBlobs(self.directory, self.storage, self.store)
        self.backups = BackupDesk(
            directory: self.directory, storage: self.storage, blobs: self.blobs, driver: self.driver,
            log: self.log.logger("backup"))
        let identities = IAMIdentities()
        let functionDirectory = try FunctionDirectory.prepare(dataDirectory: self.directory.path)
        do throws(FileError) {
            self.lambda = try Lambda(
                blobs: self.blobs, packageDirectory: functionDirectory + "/functions", entropy: entropy,
                hotReload: plan.mode == .dev && settings.functions.hotReload == .automatic ? .permitted : .refused)
        } catch {
            throw ServerFailure(.data, "The folder for functions' packages: \(error).")
        }
        let gate = RequestGate()
        let configuration = try FrontDoor.configuration(settings, plan.sockets.descriptors, log: self.log)
        self.http = HTTPServer(configuration: configuration, handler: gate, clock: clock)
        let address = try await Self.listen(self.http, plan)
        self.address = address
        let logs = self.lambda.logs
        self.runner = try await Self.startRunner(
            plan, functionDirectory, address: address, http: self.http, logs: logs)
        if let line = self.runner.isolationWarning { self.log.logger("functions").warning("\(line)") }
        for line in self.runner.substitutions { self.log.logger("functions").notice("\(line)") }
        let queues = SQS.messages
        let ports = Ports(
            authorizer: identities, identities: identities, messageSink: queues, messageSource: queues,
            logSink: LogStreamSink(), runner: self.runner, functions: self.lambda.functions,
            streams: DynamoDB.streams, scaling: AutoScaling.tables)
        self.host = ServiceHost(
            store: self.store, ports: ports, sealing: self.directory.sealing,
            allowances: settings.dynamodb.enforceThroughput == .on ? Allowances() : nil)
        self.newRootKey = try await ServerRootKeys.ensure(plan.mode, settings, host: self.host)
        let services = Server.services(lambda: self.lambda)
        let host = self.host
        self.workers = services.flatMap(\.workers).map { WorkerRun($0, host: host) }
        self.metrics = Metrics()
        let recorder = ServerRecorder(services: services, metrics: self.metrics, log: self.log)
        let pipeline = RequestPipeline(
            host: host, services: services, account: settings.accounts[0], region: settings.region, recorder: recorder)
        let pages = AdminResponder(
            configuration: settings, mode: plan.mode, services: services.map(\.model.signingName),
            metrics: self.metrics,
            initStatus: scripts.status)
        let http = self.http
        self.store.batchCompletions { http.batchReplies($0) }
        gate.open(FrontDesk(admin: pages, pipeline: pipeline, reset: Self.reset(self.blobs, host, plan)))
        // Last: what runs in the background invokes functions, which call back.
        self.lambda.start(host: host)
        ServerGauges.register(
            self.metrics, host: host, runner: self.runner, http: self.http, lambda: self.lambda,
            workers: self.workers)
        self.functions = try await DevFunctions(host: host, lambda: self.lambda, settings: settings).make(
            plan.functions)
        self.admin = await Self.openAdminSocket(
            self.directory,
            AdminDesk(commands: self.backups.commands + OperatorCommands.list(plan, log: self.log), pages: pages),
            clock: clock, log: self.log)
    }

    /// Whether somebody else keeps the listening sockets, so that connections wait for the next server.
    enum Port { case closes, staysOpen }

    /// How long a server whose port stays open waits for clients to leave the connections that they keep.
    private static let retirement = Duration.seconds(1)

    /// Finishes what runs, within the grace time, and closes everything. Returns copies of the listening sockets where the port
    /// stays open.
    func stop(graceSeconds: Int, port: Port) async -> [Int32] {
        let sockets = port == .staysOpen ? await self.http.duplicateListeners() : []
        await self.http.retire(patience: port == .staysOpen ? Self.retirement : .zero) { self.host.endPolls() }
        await self.http.shutdownGracefully(deadline: .seconds(graceSeconds))
        await self.admin?.stop(graceSeconds: 1)
        await self.runner.stop()
        let logs = self.lambda.logs
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            logs.drain { continuation.resume() }
        }
        self.driver.stop()
        self.storage.close()
        self.directory.close()
        self.log.stop()
        return sockets
    }

    // MARK: Parts

    static func openStorage(
        _ directory: ServerDirectory, _ settings: Configuration
    ) throws(ServerFailure) -> RocksStorage {
        var configuration = RocksConfiguration()
        configuration.cacheBytes = settings.store.cacheMiB << 20
        configuration.freeSpaceFloorBytes = Int64(settings.store.freeSpaceFloorMiB) << 20
        do throws(DiskError) {
            return try RocksStorage(directory: directory.store, configuration: configuration)
        } catch {
            throw ServerFailure(.data, "The store cannot be opened: \(error).")
        }
    }

    private static func openBlobs(
        _ directory: ServerDirectory, _ storage: RocksStorage, _ store: Store
    ) throws(ServerFailure) -> BlobStore {
        do throws(FileError) {
            let disk = try DirectoryBlobDisk(path: directory.store.blobsPath, freeSpace: storage.freeSpace)
            return BlobStore(store: store, disk: disk)
        } catch {
            throw ServerFailure(.data, "The folder for blobs: \(error).")
        }
    }

    private static func listen(
        _ http: HTTPServer, _ plan: ServerPlan
    ) async throws(ServerFailure) -> (host: String, port: Int) {
        let bound: [BoundAddress]
        do throws(HTTPServerError) {
            bound = try await http.start()
        } catch .certificate(let reason) {
            throw ServerFailure(.configuration, "TLS cannot be set up: \(reason). See --tls-certificate and --tls-key.")
        } catch {
            throw ServerFailure(.unavailable, "The port cannot be listened on: \(error). Choose another with --port.")
        }
        guard !plan.sockets.descriptors.isEmpty else {
            return (plan.configuration.host, bound[0].port ?? plan.configuration.port)
        }
        for case .tcp(let host, _) in bound where !DevAccess.permits(host, plan.configuration, plan.mode) {
            await http.shutdownGracefully(deadline: .zero)
            throw ServerFailure(.configuration, DevAccess.refusal(of: host))
        }
        for case .tcp(let host, let port) in bound {
            // The sockets of a server before this one were made for the configured name.
            return (plan.sockets.predecessor == .server ? plan.configuration.host : host, port)
        }
        await http.shutdownGracefully(deadline: .zero)
        throw ServerFailure(.configuration, "Of the sockets that were handed over one must be a TCP socket.")
    }

    private static func openAdminSocket(
        _ directory: ServerDirectory, _ desk: AdminDesk, clock: any Clock, log: ServerLog
    ) async -> AdminServer? {
        do throws(FailedAdminServer) {
            return try await AdminServer(directory: directory.path, desk: desk, clock: clock)
        } catch {
            log.logger("admin").warning("commands cannot reach this server", metadata: ["reason": "\(error.reason)"])
            return nil
        }
    }

    /// Empties everything and makes the root keys anew.
    private static func reset(
        _ blobs: BlobStore, _ host: ServiceHost, _ plan: ServerPlan
    ) -> @Sendable (@escaping @Sendable (String?) -> Void) -> Void {
        { done in
            blobs.removeAll { failure in
                if let failure { return done("\(failure)") }
                ServerRootKeys.ensure(plan.mode, plan.configuration, host: host) { result in
                    if case .failure(let failure) = result { done("\(failure)") } else { done(nil) }
                }
            }
        }
    }
}
