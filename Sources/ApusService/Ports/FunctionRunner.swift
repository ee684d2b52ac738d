package import ApusBase

/// What an execution environment is made from. Two equal `revision`s are the same code and configuration and share a pool.
package struct EnvironmentSpec: Sendable {
    /// Changes with every update of code or configuration; never reused. The key of the pool.
    package var revision: String
    package var functionName: String
    /// `$LATEST` or a version number.
    package var version: String
    package var account: String
    package var region: String
    /// AWS's runtime identifier: `python3.11`, `nodejs20.x`, `provided.al2023`.
    package var runtime: String
    package var handler: String
    /// The unpacked package; read-only, shared by all environments of the revision. Becomes `LAMBDA_TASK_ROOT`.
    package var codeDirectory: String
    package var memoryMiB: Int
    package var timeoutSeconds: Int
    /// The function's own variables; the runner adds the reserved `AWS_…`, `LAMBDA_…`, `_HANDLER`, `TZ`, `PATH`.
    package var variables: [String: String]
    package var logGroup: String
    /// The execution role, which owns the log.
    package var roleARN: String
    /// At most so many environments at once; more invocations answer `RunnerError.throttled`.
    package var maximumEnvironments: Int
    /// The unpacked layers, read-only like the code, in Lambda's order: where two have the same file, the later one's counts.
    /// They are meant to be laid over each other at `/opt`.
    package var layerDirectories: [String]
    package var logging: FunctionLogging
    /// The size of `/tmp`.
    package var ephemeralMiB = 512
    /// The container image that it runs from, in place of a package; nil: the package.
    package var image: ImageRoot?
    /// Folders of the host's that the function may change.
    package var fileSystems: [MountedFolder] = []
    /// A published version with SnapStart: its environments come from a snapshot where one can be made, and its hooks run.
    package var snapStart = false
    /// Makes temporary credentials of the execution role; called when an environment starts. The environment is retired
    /// before they expire.
    package var credentials: @Sendable () -> EnvironmentCredentials

    package init(
        revision: String, functionName: String, version: String, account: String, region: String, runtime: String,
        handler: String, codeDirectory: String, memoryMiB: Int, timeoutSeconds: Int, variables: [String: String],
        logGroup: String, roleARN: String, maximumEnvironments: Int, layerDirectories: [String] = [],
        logging: FunctionLogging = FunctionLogging(), credentials: @escaping @Sendable () -> EnvironmentCredentials
    ) {
        self.revision = revision
        self.functionName = functionName
        self.version = version
        self.account = account
        self.region = region
        self.runtime = runtime
        self.handler = handler
        self.codeDirectory = codeDirectory
        self.memoryMiB = memoryMiB
        self.timeoutSeconds = timeoutSeconds
        self.variables = variables
        self.logGroup = logGroup
        self.roleARN = roleARN
        self.maximumEnvironments = maximumEnvironments
        self.layerDirectories = layerDirectories
        self.logging = logging
        self.credentials = credentials
    }
}

/// What environments of a container image run, and where.
package struct ImageRoot: Sendable {
    /// The unpacked image; read-only, shared by all environments.
    package var folder: String
    /// Begins with the program: a path, or a name to be looked for in `PATH`.
    package var arguments: [String]
    package var workingDirectory: String
    /// The image's own; the function's win.
    package var variables: [String: String]

    package init(folder: String, arguments: [String], workingDirectory: String, variables: [String: String]) {
        self.folder = folder
        self.arguments = arguments
        self.workingDirectory = workingDirectory
        self.variables = variables
    }
}

/// A folder of the host's in the file system of a function.
package struct MountedFolder: Equatable, Sendable {
    package var folder: String
    /// Below `/mnt`.
    package var place: String

    package init(folder: String, place: String) {
        self.folder = folder
        self.place = place
    }
}

/// The temporary credentials an environment starts with.
package struct EnvironmentCredentials: Sendable {
    package var accessKeyID: String
    package var secretAccessKey: String
    package var sessionToken: String
    package var expires: Timestamp

    package init(accessKeyID: String, secretAccessKey: String, sessionToken: String, expires: Timestamp) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expires = expires
    }
}

/// One event for a function.
package struct InvocationRequest: Sendable {
    package var requestID: String
    package var payload: [UInt8]
    package var invokedFunctionARN: String
    /// The value of `Lambda-Runtime-Trace-Id`.
    package var traceID: String?
    /// JSON text, already decoded from Base64.
    package var clientContext: String?
    package var cognitoIdentity: String?
    /// Whose event it is: it runs in an environment that serves this tenant of the function and nobody else. nil: of a function
    /// that does not tell tenants apart.
    package var tenant: InvocationTenant?
    /// Where the answer goes part by part if the runtime streams it; nil: it is collected, up to the size of a payload.
    package var stream: ResponseStream?

    package init(
        requestID: String, payload: [UInt8], invokedFunctionARN: String, traceID: String? = nil,
        clientContext: String? = nil, cognitoIdentity: String? = nil, tenant: InvocationTenant? = nil,
        stream: ResponseStream? = nil
    ) {
        self.requestID = requestID
        self.payload = payload
        self.invokedFunctionARN = invokedFunctionARN
        self.traceID = traceID
        self.clientContext = clientContext
        self.cognitoIdentity = cognitoIdentity
        self.tenant = tenant
        self.stream = stream
    }
}

/// One tenant of a function that isolates them.
package struct InvocationTenant: Equatable, Sendable {
    package var id: String
    /// At most so many environments of the function at once, over all of its tenants and versions; past it an event for which none
    /// is ready answers `RunnerError.throttled`.
    package var environmentsOfAll: Int

    package init(id: String, environmentsOfAll: Int) {
        self.id = id
        self.environmentsOfAll = environmentsOfAll
    }
}

/// What came of an invocation: the function's answer, or an error payload in Lambda's form.
package struct InvocationOutcome: Sendable {
    /// The value of `X-Amz-Function-Error`: the runtime reported an error, or the environment failed (crash, timeout …).
    package enum FunctionError: String, Sendable { case handled = "Handled", unhandled = "Unhandled" }
    package var payload: [UInt8]
    package var functionError: FunctionError?
    /// The last 4 KiB of the invocation's log, START to REPORT.
    package var logTail: [UInt8]
    package var durationMilliseconds: Double
    /// Set on a cold start, but for one from a snapshot.
    package var initDurationMilliseconds: Double?
    /// What the runtime says of an answer that it streamed.
    package var contentType: String?

    package init(
        payload: [UInt8], functionError: FunctionError?, logTail: [UInt8], durationMilliseconds: Double,
        initDurationMilliseconds: Double?
    ) {
        self.payload = payload
        self.functionError = functionError
        self.logTail = logTail
        self.durationMilliseconds = durationMilliseconds
        self.initDurationMilliseconds = initDurationMilliseconds
    }
}

/// Why an invocation did not run at all.
package enum RunnerError: Error, Sendable, Equatable {
    /// All environments are busy and no more may be started.
    case throttled
    /// The runtime's interpreter is not on this machine; the sentence says what to install.
    case runtimeUnavailable(String)
    /// The server is shutting down.
    case stopping
    /// The machine refused (fork, memory, files); the sentence says what.
    case resources(String)
    /// The environment that was restored from a snapshot for it failed before it could take an event.
    case restoreFailed
    case restoreTimedOut
}

/// One line (or chunk) a function or its environment printed.
package struct FunctionLogEvent: Sendable {
    package var account: String
    package var region: String
    package var functionName: String
    /// The execution role, in whose name the event is written.
    package var roleARN: String
    package var group: String
    /// `2026/01/02/[$LATEST]0123…`
    package var stream: String
    package var timestamp: Timestamp
    /// Without the final line feed.
    package var message: String

    package init(
        account: String, region: String, functionName: String, roleARN: String, group: String, stream: String,
        timestamp: Timestamp, message: String
    ) {
        self.account = account
        self.region = region
        self.functionName = functionName
        self.roleARN = roleARN
        self.group = group
        self.stream = stream
        self.timestamp = timestamp
        self.message = message
    }
}

/// Why a runtime cannot run here, as a sentence for the caller of CreateFunction.
package enum RuntimeRefusal: Error, Sendable, Equatable {
    /// The name is wrong or out of support, or the machine lacks the interpreter.
    case invalid(String)
    /// AWS runs it and Apus does not.
    case notImplemented(String)

    package var sentence: String {
        switch self {
        case .invalid(let sentence), .notImplemented(let sentence): sentence
        }
    }
}

/// Runs functions in execution environments. Implemented by ApusSandbox; the seam behind which isolation is chosen.
package protocol FunctionRunner: Sendable {
    /// Runs one event in a ready environment, or a new one. `completion` is called exactly once, on any thread.
    func invoke(
        _ request: InvocationRequest, in spec: EnvironmentSpec,
        completion: @escaping @Sendable (Result<InvocationOutcome, RunnerError>) -> Void)

    /// Why `runtime` cannot run here; nil when it can.
    func missing(runtime: String) -> RuntimeRefusal?

    /// The ARN of what `runtime` runs on here: another one after each change of the interpreter. nil: it cannot run here.
    func runtimeVersion(of runtime: String, region: String) -> String?

    /// Why functions could not run from a folder that is not among the packages; nil where they can.
    func unreachable(folder: String) -> String?

    /// The container images that functions run from.
    var images: any FunctionImages { get }

    /// The folder of the host's that stands for an access point of a file system.
    func folder(ofAccessPoint arn: String) -> Result<String, RuntimeRefusal>

    /// Makes the snapshot of a version anew, or the first time; answers on any thread, once. It is not durable, and may be given
    /// up: then the runner makes it again when events come, and starts environments without meanwhile.
    func snapshot(_ spec: EnvironmentSpec, completion: @escaping @Sendable (SnapshotOutcome) -> Void)

    /// Lets the environments of a revision finish what they run and ends them, and its snapshot. Nothing is provisioned for it any
    /// more.
    func retire(revision: String)

    /// Keeps so many environments of a revision initialised until another number is given or the revision is retired; 0: none.
    /// Those that end are replaced. The number is not durable: the caller gives it again when the server starts.
    func provision(_ spec: EnvironmentSpec, environments: Int)

    /// How many environments of a revision for which some are provisioned have initialised and not ended, at most that number.
    func provisionedCount(revision: String) -> Int

    /// Why the last environment that was to be provisioned for a revision did not initialise; nil where it did. Attempts go on.
    func provisionFailure(revision: String) -> String?
}
