import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Synchronization
import Testing

@testable import ApusLambda

/// Images as a test names them, which remembers what was asked of it.
final class FakeImages: FunctionImages {
    private struct State {
        var known: [String: Result<ContainerImage, ImageError>] = [:]
        var fetched: [String] = []
        var pins: [[UInt8]: Int] = [:]
        var forgotten: [[UInt8]] = []
        var kept: Set<[UInt8]>?
        var whileFetching: (@Sendable () -> Void)?
    }
    private let state = Mutex(State())

    /// What an address means from now on.
    func set(_ uri: String, _ meaning: Result<ContainerImage, ImageError>) {
        self.state.withLock { $0.known[uri] = meaning }
    }

    /// An image whose digest is 32 times the byte.
    static func image(_ byte: UInt8, at uri: String) -> ContainerImage {
        let digest = [UInt8](repeating: byte, count: 32)
        return ContainerImage(
            uri: uri, resolvedURI: "resolved/\(byte)", digest: digest, entryPoint: ["/bin/entry"], command: ["a.b"],
            variables: ["GREETING": "image"])
    }

    /// Runs with the next fetch, before it answers.
    func whileFetching(_ body: @escaping @Sendable () -> Void) { self.state.withLock { $0.whileFetching = body } }

    var fetched: [String] { self.state.withLock { $0.fetched } }
    var forgotten: [[UInt8]] { self.state.withLock { $0.forgotten } }
    var kept: Set<[UInt8]>? { self.state.withLock { $0.kept } }
    var isAllLetGo: Bool { self.state.withLock { $0.pins.values.allSatisfy { $0 == 0 } } }

    func fetch(_ uri: String) async throws(ImageError) -> ContainerImage {
        let (meaning, body) = self.state.withLock { state in
            defer { state.whileFetching = nil }
            state.fetched.append(uri)
            return (state.known[uri] ?? .failure(.refused("unknown")), state.whileFetching)
        }
        body?()
        let image = try meaning.get()
        self.state.withLock { $0.pins[image.digest, default: 0] += 1 }
        return image
    }

    func letGo(_ image: ContainerImage) { self.state.withLock { $0.pins[image.digest, default: 0] -= 1 } }
    func folder(of image: ContainerImage) async throws(ImageError) -> String { "/images/\(image.digest[0])" }
    func forget(digest: [UInt8]) { self.state.withLock { $0.forgotten.append(digest) } }
    func keep(only digests: Set<[UInt8]>) { self.state.withLock { $0.kept = digests } }
}

/// Runs nothing, and remembers in what it would have.
final class ImageRunner: FunctionRunner {
    private let state = Mutex<(specs: [EnvironmentSpec], retired: [String], tenants: [InvocationTenant])>(([], [], []))
    let fake = FakeImages()

    var images: any FunctionImages { self.fake }
    var specs: [EnvironmentSpec] { self.state.withLock { $0.specs } }
    /// Of the events that were some tenant's.
    var tenants: [InvocationTenant] { self.state.withLock { $0.tenants } }
    var retired: [String] { self.state.withLock { $0.retired } }

    func invoke(
        _ request: InvocationRequest, in spec: EnvironmentSpec,
        completion: @escaping @Sendable (Result<InvocationOutcome, RunnerError>) -> Void
    ) {
        self.state.withLock { state in
            state.specs.append(spec)
            if let tenant = request.tenant { state.tenants.append(tenant) }
        }
        completion(
            .success(
                InvocationOutcome(
                    payload: Array("null".utf8), functionError: nil, logTail: [], durationMilliseconds: 1,
                    initDurationMilliseconds: nil)))
    }
    func missing(runtime: String) -> RuntimeRefusal? { nil }
    func unreachable(folder: String) -> String? { nil }
    func snapshot(_ spec: EnvironmentSpec, completion: @escaping @Sendable (SnapshotOutcome) -> Void) {}
    func retire(revision: String) { self.state.withLock { $0.retired.append(revision) } }
    func provision(_ spec: EnvironmentSpec, environments: Int) {}
    func provisionedCount(revision: String) -> Int { 0 }
    func provisionFailure(revision: String) -> String? { nil }
}

/// A bench whose functions run from images, which lie at `registry/name:tag` with the digest 1.
struct ImageBench {
    static let uri = "registry/name:tag"
    static let role = "arn:aws:iam::123456789012:role/worker"
    let bench: TestBench
    let lambda: Lambda
    let runner: ImageRunner
    private let directory = "/tmp/apus-image-tests-\(SystemEntropy().nextUInt64())"
    var images: FakeImages { self.runner.fake }

    init(after crashed: TestBench? = nil) throws {
        crashed?.driver.crash()
        let runner = ImageRunner()
        let configure = { (ports: inout Ports) in
            ports.identities = EveryRole()
            ports.runner = runner
        }
        self.bench =
            crashed.map { TestBench(storage: $0.storage, clock: $0.clock, ports: configure) }
            ?? TestBench(ports: configure)
        self.runner = runner
        self.lambda = try Lambda(
            blobs: BlobStore(store: self.bench.host.store, disk: MemoryBlobDisk()),
            packageDirectory: self.directory, entropy: SystemEntropy())
        self.lambda.start(host: self.bench.host)
        runner.fake.set(Self.uri, .success(FakeImages.image(1, at: Self.uri)))
    }

    func close() { try? Files.removeTree(self.directory) }

    func input(_ name: String = "f", uri: String? = ImageBench.uri) -> CreateFunctionInput {
        CreateFunctionInput(
            functionName: name, role: Self.role, code: FunctionCode(imageUri: uri), packageType: "Image")
    }

    @discardableResult
    func create(_ input: CreateFunctionInput) throws(ServiceError) -> FunctionConfiguration {
        try self.bench.perform(CreateFunction(packages: self.lambda.packages, folders: self.lambda.folders), input)
    }

    @discardableResult
    func update(_ input: UpdateFunctionCodeInput) throws(ServiceError) -> FunctionConfiguration {
        try self.bench.perform(
            UpdateFunctionCode(
                packages: self.lambda.packages, invocations: self.lambda.invocations, folders: self.lambda.folders),
            input)
    }

    @discardableResult
    func configure(_ input: UpdateFunctionConfigurationInput) throws(ServiceError) -> FunctionConfiguration {
        try self.bench.perform(
            UpdateFunctionConfiguration(packages: self.lambda.packages, invocations: self.lambda.invocations), input)
    }

    func delete(_ name: String = "f", qualifier: String? = nil) throws(ServiceError) {
        _ = try self.bench.perform(
            DeleteFunction(
                packages: self.lambda.packages, invocations: self.lambda.invocations, events: self.lambda.events),
            DeleteFunctionInput(functionName: name, qualifier: qualifier))
    }

    func found(_ name: String = "f", _ qualifier: String? = nil) throws(ServiceError) -> GetFunctionOutput {
        try self.bench.run(GetFunction.self, GetFunctionInput(functionName: name, qualifier: qualifier))
    }

    /// What an invocation would run.
    func root(_ name: String = "f") throws -> ImageRoot {
        let invoke = Invoke(invocations: self.lambda.invocations, asynchronous: self.lambda.events)
        _ = try self.bench.perform(invoke, InvokeInput(functionName: name))
        return try #require(self.runner.specs.last?.image)
    }
}
