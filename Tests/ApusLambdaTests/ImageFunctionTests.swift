import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Synchronization
import Testing

@testable import ApusLambda

/// Source: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html and the pages of the operations.
@Suite struct ImageFunctionTests {
    private static let first = String(repeating: "01", count: 32)

    @Test func `a function runs from the image that its address meant`() throws {
        let images = try ImageBench()
        defer { images.close() }
        let made = try images.create(images.input())
        #expect(made.packageType == "Image" && made.codeSize == 0 && made.codeSha256 == Self.first)
        #expect(made.runtime == nil && made.handler == nil && made.imageConfigResponse == nil)
        #expect(made.state == "Active" && made.lastUpdateStatus == "Successful")
        let code = try images.found().code
        #expect(code?.repositoryType == "ECR" && code?.imageUri == ImageBench.uri && code?.location == nil)
        #expect(code?.resolvedImageUri == "resolved/1")
        #expect(images.images.fetched == [ImageBench.uri] && images.images.isAllLetGo)
        #expect(images.images.forgotten.isEmpty)
        let root = try images.root()
        #expect(root.folder == "/images/1" && root.arguments == ["/bin/entry", "a.b"])
        #expect(root.workingDirectory == "/" && root.variables == ["GREETING": "image"])
    }

    @Test(arguments: [
        (ImageConfig(command: ["c"]), ["/bin/entry", "c"], "/"),
        (ImageConfig(entryPoint: ["e"]), ["e"], "/"),
        (ImageConfig(entryPoint: ["e", "f"], command: ["c"], workingDirectory: "/w"), ["e", "f", "c"], "/w"),
        (ImageConfig(entryPoint: [], command: [], workingDirectory: ""), ["/bin/entry", "a.b"], "/"),
    ])
    func `what a function says comes before what its image says`(
        config: ImageConfig, arguments: [String], directory: String
    ) throws {
        let images = try ImageBench()
        defer { images.close() }
        var input = images.input()
        input.imageConfig = config
        let made = try images.create(input)
        let isEmpty = config.entryPoint?.isEmpty == true
        #expect(made.imageConfigResponse?.imageConfig == (isEmpty ? nil : config))
        let root = try images.root()
        #expect(root.arguments == arguments && root.workingDirectory == directory)
        // Taken back, the image's own counts again, in new environments.
        try images.configure(
            UpdateFunctionConfigurationInput(
                functionName: "f", imageConfig: ImageConfig(entryPoint: [], command: [], workingDirectory: "")))
        #expect(try images.root().arguments == ["/bin/entry", "a.b"])
        #expect(images.runner.retired.isEmpty == isEmpty)
    }

    private static let packageSettings =
        "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image."

    @Test(arguments: [
        ("runtime", Self.packageSettings), ("handler", Self.packageSettings), ("layers", Self.packageSettings),
        ("zip", "Please don't provide a deployment package when the intended function PackageType is Image."),
        ("nothing", "Please provide ImageUri when creating a function with packageType Image."),
        ("empty", "Please provide ImageUri when creating a function with packageType Image."),
    ])
    func `what a function of an image may not have is refused before anything is pulled`(
        what: String, sentence: String
    ) throws {
        let images = try ImageBench()
        defer { images.close() }
        var input = images.input()
        switch what {
        case "runtime": input.runtime = "python3.12"
        case "handler": input.handler = "a.b"
        case "layers": input.layers = ["arn:aws:lambda:eu-west-1:123456789012:layer:l:1"]
        case "zip": input.code.zipFile = [1]
        case "nothing": input.code.imageUri = nil
        default: input.code.imageUri = ""
        }
        let error = #expect(throws: ServiceError.self) { try images.create(input) }
        #expect(code(error) == "InvalidParameterValueException" && message(error) == sentence)
        #expect(images.images.fetched.isEmpty)
        #expect(throws: ServiceError.self) { try images.found() }
    }

    // "SnapStart doesn't support … container images" (Lambda developer guide).
    @Test func `a function of an image has no SnapStart`() throws {
        let images = try ImageBench()
        defer { images.close() }
        var input = images.input()
        input.snapStart = SnapStart(applyOn: "PublishedVersions")
        let error = #expect(throws: ServiceError.self) { try images.create(input) }
        #expect(code(error) == "InvalidParameterValueException")
        #expect(images.images.forgotten == [[UInt8](repeating: 1, count: 32)] && images.images.isAllLetGo)
    }

    @Test(arguments: [true, false]) func `an image that cannot be had makes no function`(isRefused: Bool) throws {
        let images = try ImageBench()
        defer { images.close() }
        images.images.set(ImageBench.uri, .failure(isRefused ? .refused("not so") : .unavailable("not now")))
        let error = #expect(throws: ServiceError.self) { try images.create(images.input()) }
        #expect(code(error) == (isRefused ? "InvalidParameterValueException" : "ServiceUnavailable"))
        #expect(message(error) == (isRefused ? "not so" : "not now"))
        #expect(throws: ServiceError.self) { try images.found() }
        // An update leaves what was there.
        images.images.set(ImageBench.uri, .success(FakeImages.image(1, at: ImageBench.uri)))
        try images.create(images.input())
        images.images.set(ImageBench.uri, .failure(.refused("not so")))
        #expect(throws: ServiceError.self) {
            try images.update(UpdateFunctionCodeInput(functionName: "f", imageUri: ImageBench.uri))
        }
        #expect(try images.found().configuration?.codeSha256 == Self.first)
        #expect(images.images.isAllLetGo && images.images.forgotten.isEmpty)
    }

    @Test func `whoever may not make functions has nothing pulled`() throws {
        let images = try ImageBench()
        defer { images.close() }
        (images.bench.ports.authorizer as? RecordingAuthorizer)?.refuse(["lambda:CreateFunction"])
        let error = #expect(throws: ServiceError.self) { try images.create(images.input()) }
        #expect(code(error) == "AccessDeniedException" && images.images.fetched.isEmpty)
    }

    @Test func `of two that make one function at once the second lets its image go`() throws {
        let images = try ImageBench()
        defer { images.close() }
        let other = FakeImages.image(2, at: ImageBench.uri)
        let (host, context) = (images.bench.host, images.bench.context())
        images.images.set(ImageBench.uri, .success(other))
        images.images.whileFetching {
            host.write(context) { (call) throws(ServiceError) in
                let key = FunctionKey(account: TestBench.account, region: TestBench.region, name: "f")
                let record = FunctionRecord(
                    id: 7, change: 1, revisionID: "r", lastModified: call.now,
                    configuration: FunctionSettings(
                        runtime: "python3.12", handler: "a.b", roleARN: ImageBench.role, logGroup: "g"),
                    code: FunctionCodeRecord(blob: [], size: 0, sha256: []), tags: [:])
                try call.put(key, record)
            } completion: { _ in
            }
        }
        let error = #expect(throws: ServiceError.self) { try images.create(images.input()) }
        #expect(code(error) == "ResourceConflictException" && message(error) == "Function already exist: f")
        #expect(images.images.forgotten == [other.digest] && images.images.isAllLetGo)
        #expect(try images.found().configuration?.packageType == "Zip")
    }

    @Test func `an update takes what the address means now, and images go with the last that runs from them`() throws {
        let images = try ImageBench()
        defer { images.close() }
        try images.create(images.input())
        _ = try images.bench.run(PublishVersion.self, PublishVersionInput(functionName: "f"))
        for byte: UInt8 in [2, 3] {
            images.images.set(ImageBench.uri, .success(FakeImages.image(byte, at: ImageBench.uri)))
            let updated = try images.update(UpdateFunctionCodeInput(functionName: "f", imageUri: ImageBench.uri))
            #expect(updated.codeSha256 == String(repeating: "0\(byte)", count: 32))
            #expect(updated.state == "Active" && updated.lastUpdateStatus == "Successful")
        }
        #expect(images.images.forgotten == [[UInt8](repeating: 2, count: 32)], "the version runs from the first")
        #expect(images.runner.retired.count == 2)
        #expect(try images.found("f", "1").configuration?.codeSha256 == Self.first)
        #expect(try images.found("f", "1").code?.resolvedImageUri == "resolved/1")
        try images.delete(qualifier: "1")
        #expect(images.images.forgotten.last == [UInt8](repeating: 1, count: 32))
        try images.delete()
        #expect(images.images.forgotten.last == [UInt8](repeating: 3, count: 32))
        #expect(images.images.forgotten.count == 3)
    }

    @Test func `the same image again changes nothing but the revision`() throws {
        let images = try ImageBench()
        defer { images.close() }
        let before = try images.create(images.input())
        let after = try images.update(
            UpdateFunctionCodeInput(functionName: "f", imageUri: ImageBench.uri, publish: true))
        #expect(after.version == "1" && after.codeSha256 == Self.first && after.revisionId != before.revisionId)
        let again = try images.update(
            UpdateFunctionCodeInput(functionName: "f", imageUri: ImageBench.uri, publish: true))
        #expect(again.version == "1" && images.runner.retired.isEmpty && images.images.forgotten.isEmpty)
    }

    @Test func `a rehearsed update answers as it would be and keeps nothing`() throws {
        let images = try ImageBench()
        defer { images.close() }
        try images.create(images.input())
        images.images.set(ImageBench.uri, .success(FakeImages.image(2, at: ImageBench.uri)))
        let answer = try images.update(
            UpdateFunctionCodeInput(functionName: "f", imageUri: ImageBench.uri, dryRun: true))
        #expect(answer.codeSha256 == String(repeating: "02", count: 32))
        #expect(try images.found().configuration?.codeSha256 == Self.first)
        #expect(images.images.forgotten == [[UInt8](repeating: 2, count: 32)] && images.images.isAllLetGo)
    }

    private static let needsImage = "Please provide ImageUri when updating a function with packageType Image."

    @Test func `an update of the other kind of code is refused before anything is pulled`() throws {
        let images = try ImageBench()
        defer { images.close() }
        try images.create(images.input())
        try images.bench.makeFunction("zip")
        let uri = ImageBench.uri
        let before = images.images.fetched
        for (input, sentence) in [
            (UpdateFunctionCodeInput(functionName: "f", zipFile: [1]), Self.needsImage),
            (UpdateFunctionCodeInput(functionName: "f", zipFile: [1], imageUri: uri), Self.needsImage),
            (UpdateFunctionCodeInput(functionName: "f"), Self.needsImage),
            (
                UpdateFunctionCodeInput(functionName: "zip", imageUri: uri),
                "Please don't provide ImageUri when updating a function with packageType Zip."
            ),
        ] {
            let error = #expect(throws: ServiceError.self) { try images.update(input) }
            #expect(code(error) == "InvalidParameterValueException" && message(error) == sentence)
        }
        let stale = #expect(throws: ServiceError.self) {
            try images.update(UpdateFunctionCodeInput(functionName: "f", imageUri: uri, revisionId: "old"))
        }
        #expect(code(stale) == "PreconditionFailedException" && images.images.fetched == before)
    }

    @Test func `a configuration of the other kind of code is refused`() throws {
        let images = try ImageBench()
        defer { images.close() }
        try images.create(images.input())
        try images.bench.makeFunction("zip")
        for input in [
            UpdateFunctionConfigurationInput(functionName: "f", runtime: "python3.12"),
            UpdateFunctionConfigurationInput(functionName: "f", handler: "a.b"),
            UpdateFunctionConfigurationInput(
                functionName: "f", layers: ["arn:aws:lambda:eu-west-1:123456789012:layer:l:1"]),
        ] {
            let error = #expect(throws: ServiceError.self) { try images.configure(input) }
            #expect(code(error) == "InvalidParameterValueException" && message(error) == Self.packageSettings)
        }
        let error = #expect(throws: ServiceError.self) {
            try images.configure(
                UpdateFunctionConfigurationInput(functionName: "zip", imageConfig: ImageConfig(command: ["c"])))
        }
        #expect(
            message(error) == "Please don't provide ImageConfig when the intended function PackageType is Zip.")
    }

    @Test func `a version is published of the image that the caller saw`() throws {
        let images = try ImageBench()
        defer { images.close() }
        var input = images.input()
        input.publish = true
        #expect(try images.create(input).version == "1")
        let error = #expect(throws: ServiceError.self) {
            try images.bench.run(PublishVersion.self, PublishVersionInput(functionName: "f", codeSha256: "02"))
        }
        #expect(
            message(error)
                == "CodeSHA256 (02) is different from current CodeSHA256 in $LATEST (\(Self.first)). Please try again with "
                + "the CodeSHA256 in $LATEST.")
        try images.configure(UpdateFunctionConfigurationInput(functionName: "f", description: "changed"))
        let published = try images.bench.run(
            PublishVersion.self, PublishVersionInput(functionName: "f", codeSha256: Self.first))
        #expect(published.version == "2" && published.packageType == "Image" && published.codeSha256 == Self.first)
    }

    @Test func `when the server starts, the images that something runs from are kept`() throws {
        let images = try ImageBench()
        defer { images.close() }
        #expect(images.images.kept == [])
        try images.create(images.input())
        images.images.set("other", .success(FakeImages.image(2, at: "other")))
        try images.create(images.input("g", uri: "other"))
        _ = try images.bench.run(PublishVersion.self, PublishVersionInput(functionName: "g"))
        images.images.set("third", .success(FakeImages.image(3, at: "third")))
        try images.update(UpdateFunctionCodeInput(functionName: "g", imageUri: "third"))
        try images.delete("f")
        let after = try ImageBench(after: images.bench)
        defer { after.close() }
        #expect(after.images.kept == [[UInt8](repeating: 2, count: 32), [UInt8](repeating: 3, count: 32)])
        #expect(try after.root("g").folder == "/images/3")
    }
}
