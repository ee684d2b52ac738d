/// How the runner is set up. Times in the units their names end with.
package struct SandboxConfiguration: Sendable {
    /// Whether environments get cgroups of their own.
    package enum Limits: Sendable { case whenPermitted, none }
    /// Whether environments run as users of their own, which needs root.
    package enum Users: Sendable { case whenPermitted, none }

    /// Whether interpreters that can be are forked from templates instead of started.
    package enum Templates: Sendable { case whenPossible, none }

    /// Whether a function's history decides how long its environments are kept, and when they are made again.
    package enum KeepAlive: Sendable { case predicted, fixed }

    /// For runtime files and environments' private directories. Other users must be able to walk to it when environments have
    /// users of their own.
    package var directory: String
    /// Apus's own endpoint as functions see it: `AWS_ENDPOINT_URL`.
    package var endpoint: String?
    package var isolation: Isolation.Wish = .process
    /// The network that each environment has to itself, for which it must have namespaces; nil: all share the host's.
    package var network: OwnNetwork?
    /// Serves Apus's endpoint on a socket that listens inside an environment, which becomes its own. Returns what ends that. Called
    /// on the runner's event loop.
    package var openEndpoint: (@Sendable (Int32) -> @Sendable () -> Void)?
    /// At most so many environments on this machine at once, over all functions.
    package var machineEnvironments = 256
    package var limits: Limits = .whenPermitted
    package var users: Users = .whenPermitted
    package var templates: Templates = .whenPossible
    /// How many processes of an interpreter that has no template wait for a function, for each size of memory in use; 0: none.
    package var waitingProcesses = 0
    package var freezeMilliseconds = 75
    package var giveBackAfterMilliseconds = SandboxLimits.giveBackAfterMilliseconds
    package var giveBackLimitMilliseconds = SandboxLimits.giveBackLimitMilliseconds
    /// How long an environment is kept without an event; under prediction, until enough is known of its function.
    package var keepAliveSeconds = 600
    package var keepAlive: KeepAlive = .fixed
    /// How long a minute of the prediction lasts: tests have less time.
    package var policyMinuteNanoseconds = 60e9
    /// Environments of one function that may be started within ten seconds: tests have fewer.
    package var functionStarts = StartBudget.starts
    package var initMilliseconds = SandboxLimits.initSeconds * 1000
    package var endGraceMilliseconds = SandboxLimits.endGraceMilliseconds
    /// Runtime identifier → path of the interpreter, or of the runtime client, to use instead of what is found.
    package var interpreters: [String: String] = [:]
    /// A folder of packages that every Python function finds after its own and its layers': the AWS SDK. nil: none.
    package var pythonLibraries: String?
    /// Where container images may come from: see `ImagePlaces`.
    package var images: [String] = []
    /// A file with the credentials for registries, as skopeo takes it; empty: none.
    package var imageCredentials = ""
    package var imageLimits = ImageLimits()
    /// The ARN of an access point → the folder of the host's that stands for it.
    package var fileSystems: [String: String] = [:]
    /// Whether another version may stand in for one that is not installed.
    package var substitution: RuntimeCatalog.Substitution = .nearest

    /// Of all sizes together.
    package var waitingProcessesOfAll: Int {
        min(SandboxLimits.waitingProcessesOfAll, self.waitingProcesses * 4)
    }

    package var keepAlivePolicy: KeepAlivePolicy {
        let minutes = Double(self.keepAliveSeconds) / 60
        switch self.keepAlive {
        case .fixed: return .fixed(minutes: minutes)
        case .predicted:
            var parameters = HybridParameters.ours
            parameters.standardMinutes = minutes
            parameters.shortestKeepAliveMinutes = min(parameters.shortestKeepAliveMinutes, minutes)
            return .hybrid(parameters)
        }
    }

    package init(directory: String) { self.directory = directory }
}
