internal import ApusBase
internal import ApusHTTP
internal import ApusLambda
internal import ApusSandbox

/// How a server comes to run functions.
extension RunningServer {
    /// Refuses settings under which functions could not run. Before a first start has made a data directory the machine is asked
    /// too, so that a refused start leaves nothing behind.
    static func checkFunctions(_ plan: ServerPlan) throws(ServerFailure) {
        let functions = plan.configuration.functions
        let wish = functions.wish(plan.mode)
        let network = try functions.ownNetwork(server: plan.configuration.port)
        if network != nil, wish == .process {
            throw Self.cannotRun("functions.isolation=process has none but the host's", functions, wish)
        }
        guard network != nil || wish == .namespaces, !Files.exists(plan.configuration.dataDirectory),
            let problem = Namespaces.problem(network: network == nil ? .host : .own)
        else { return }
        throw Self.cannotRun(problem, functions, wish)
    }

    static func startRunner(
        _ plan: ServerPlan, _ directory: String, address: (host: String, port: Int), http: HTTPServer,
        logs: FunctionLogs
    ) async throws(ServerFailure) -> SandboxRunner {
        let settings = plan.configuration
        var configuration = SandboxConfiguration(directory: directory)
        configuration.interpreters = settings.functions.interpreters
        configuration.substitution = settings.functions.substitutes(plan.mode) ? .nearest : .none
        if !settings.functions.pythonLibraries.isEmpty {
            configuration.pythonLibraries = settings.functions.pythonLibraries
        }
        configuration.images = settings.functions.images
        configuration.imageCredentials = settings.functions.imageCredentials
        configuration.imageLimits.bytes = settings.functions.imageMebibytes << 20
        configuration.imageLimits.seconds = settings.functions.imageSeconds
        for entry in settings.functions.fileSystems where !entry.isEmpty {
            let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
            configuration.fileSystems[parts[0]] = parts[1]
        }
        configuration.isolation = settings.functions.wish(plan.mode)
        configuration.network = try settings.functions.ownNetwork(server: address.port)
        configuration.endpoint = FrontDoor.functionEndpoint(settings, address, configuration.network)
        configuration.openEndpoint = { http.adopt(listening: $0) }
        configuration.machineEnvironments = settings.functions.maximumEnvironments
        configuration.waitingProcesses = settings.functions.waitingProcesses
        configuration.keepAlive = settings.functions.keepAlive == .predicted ? .predicted : .fixed
        configuration.keepAliveSeconds = settings.functions.keepAliveSeconds
        do {
            return try await SandboxRunner.launch(
                configuration: configuration, clock: SystemClock(), entropy: SystemEntropy()
            ) { logs.append($0) }
        } catch {
            throw Self.cannotRun("\(error)", settings.functions, configuration.isolation)
        }
    }

    private static func cannotRun(
        _ reason: String, _ functions: Configuration.Functions, _ wish: ApusSandbox.Isolation.Wish
    ) -> ServerFailure {
        let advice =
            switch (functions.network, wish) {
            case (.host, .namespaces):
                " If the code you will run is trusted, say so: --set functions.isolation=process."
            case (.host, _): ""
            default: " functions.network=\(functions.network.rawValue) needs namespaces."
            }
        return ServerFailure(
            wish == .namespaces || functions.network != .host ? .configuration : .unavailable,
            "Functions cannot run: \(reason).\(advice)")
    }
}
