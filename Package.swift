// swift-tools-version: 6.2
import PackageDescription

/// Settings shared by every Swift target. A target that needs to deviate says why, next to the deviation.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    // Some ten times of what anything takes on a quiet machine, since it is time that is measured.
    .unsafeFlags([
        "-Xfrontend", "-warn-long-function-bodies=3000", "-Xfrontend", "-warn-long-expression-type-checking=2000",
    ]),
    // Does nothing for what is `package`: see Transaction.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// The layers below the services, in order; a target may import those before it.
let spine: [Target.Dependency] = ["ApusBase", "ApusStore", "ApusService", "ApusWire"]

/// Whether `script/fuzz` builds: then what reads bytes from outside is watched by libFuzzer and AddressSanitizer.
let isFuzzing = Context.environment["APUS_TEST_FUZZ"] != nil
let fuzzed: Set<String> = [
    "ApusBase", "ApusService", "ApusWire", "ApusHTTP", "ApusSandbox", "ApusServer", "ApusSQS", "ApusLambda",
    "EventPattern", "LogPattern", "DynamoDBItems", "DynamoDBExpressions", "PartiQL",
]
/// What `script/fuzz` compiles of targets that are more than parsers, and what these files import. The whole of them, with the
/// packages they stand on, takes more than twice as long to build.
let fuzzedParts: [String: (sources: [String], dependencies: [Target.Dependency])] = [
    "ApusHTTP": (
        [
            "Parser", "Messages/AnswerCompression.swift", "Messages/FieldName.swift", "Messages/Refusal.swift",
            "Messages/RequestHead.swift", "Messages/RequestTarget.swift", "Server/HTTPLimits.swift",
        ], spine
    ),
    "ApusSandbox": (
        [
            "Extensions/TelemetrySubscription.swift", "Images/ImagePlaces.swift", "Launch/Isolation.swift",
            "Logs/PlatformEvent.swift", "Logs/PlatformLines.swift", "Network/Egress.swift", "Network/OwnNetwork.swift",
            "RuntimeAPI/RuntimeRequest.swift", "RuntimeAPI/RuntimeRequestHead.swift",
            "RuntimeAPI/RuntimeRequestParser.swift", "SandboxLimits.swift",
        ], spine
    ),
    "ApusServer": (
        ["Configuration", "Server/ServerFailure.swift", "Server/ServerMode.swift"], spine + ["ApusSandbox"]
    ),
    "ApusSQS": (["API"], spine),
    "ApusLambda": (["API", "Code/ZipArchive.swift"], spine + ["CZlib"]),
]
/// Optimised, with the checks of debug builds: those of unsafe pointers are among them.
let instrumented: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer,address", "-O", "-assert-config", "Debug"])]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
]
/// What the front door needs beyond sockets: TLS, HTTP/2's frames and header compression, WebSocket's frames.
let frontDoor: [Target.Dependency] = [
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
    .product(name: "NIOTLS", package: "swift-nio"),
    .product(name: "NIOHTTP2", package: "swift-nio-http2"),
    .product(name: "NIOHPACK", package: "swift-nio-http2"),
    .product(name: "NIOWebSocket", package: "swift-nio"),
]

let services: [Target.Dependency] = [
    "ApusSQS", "ApusLogs", "ApusIAM", "ApusSTS", "ApusLambda", "ApusDynamoDB", "ApusAutoScaling",
]

func library(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = ["README.md"]) -> Target {
    let part = isFuzzing ? fuzzedParts[name] : nil
    return .target(
        name: name, dependencies: part?.dependencies ?? dependencies, exclude: exclude, sources: part?.sources,
        swiftSettings: isFuzzing && fuzzed.contains(name) ? strict + instrumented : strict)
}
func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: strict)
}

/// The fuzz targets: a suite over the corpus; for `script/fuzz` a program.
let fuzzedDependencies: [Target.Dependency] =
    spine + [
        "ApusHTTP", "ApusLambda", "ApusSandbox", "ApusServer", "ApusSQS", "EventPattern", "LogPattern", "DynamoDBItems",
        "DynamoDBExpressions", "PartiQL",
    ]
let fuzzing: Target =
    isFuzzing
    ? .executableTarget(
        name: "fuzzer", dependencies: fuzzedDependencies, path: "Tests/FuzzingTests",
        exclude: ["Corpus", "CorpusTests.swift", "README.md"], swiftSettings: strict + instrumented,
        linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])])
    : tests("FuzzingTests", fuzzedDependencies, exclude: ["Corpus", "README.md", "main.swift"])

let package = Package(
    name: "apus",
    products: [.executable(name: "apus", targets: ["apus"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    ],
    targets: [
        .systemLibrary(name: "CRocksDB", providers: [.apt(["librocksdb-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CApusSandbox"),
        .target(name: "CMD5Lanes"),
        .target(name: "CRocksChecksum"),

        library("ApusBase", [crypto, "CMD5Lanes", "CZlib"]),
        library("ApusStore", ["ApusBase", "CRocksChecksum", "CRocksDB"]),
        library("ApusService", ["ApusBase", "ApusStore"]),
        library("ApusWire", ["ApusBase", "ApusStore", "ApusService"]),
        library("ApusHTTP", ["ApusBase", "ApusService", "ApusWire", logging] + nio + frontDoor),
        library("ApusSandbox", ["ApusBase", "ApusService", "CApusSandbox", logging] + nio),

        // Languages: pure, usable alone.
        library("EventPattern", ["ApusBase"]),
        library("LogPattern", ["ApusBase"]),
        library("DynamoDBItems", ["ApusBase"]),
        library("DynamoDBExpressions", ["ApusBase", "DynamoDBItems"]),
        library("PartiQL", ["DynamoDBItems", "DynamoDBExpressions"]),

        library("ApusIAM", spine),
        library("ApusSTS", spine),
        library("ApusAutoScaling", spine),
        library("ApusSQS", spine),
        library("ApusLogs", spine + ["LogPattern"]),
        library("ApusLambda", spine + ["CZlib", "EventPattern"]),
        library("ApusDynamoDB", spine + ["DynamoDBItems", "DynamoDBExpressions", "PartiQL"]),

        library("ApusServer", spine + services + ["ApusHTTP", "ApusSandbox", logging]),
        .executableTarget(
            name: "apus",
            dependencies: [
                "ApusBase", "ApusServer", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["README.md"],
            swiftSettings: strict,
            // In place of glibc's malloc, for RocksDB and for memory that one thread takes and another gives back.
            linkerSettings: [.linkedLibrary("jemalloc")]),

        // For tests: the server's wire without a store, line by line.
        .executableTarget(
            name: "wire-echo",
            dependencies: spine + services + ["ApusServer", "ApusTestSupport"],
            exclude: ["README.md"],
            swiftSettings: strict),
        library("ApusTestSupport", ["ApusBase", "ApusStore", "ApusService", "ApusWire"]),

        tests("ApusBaseTests", ["ApusBase", "ApusTestSupport"]),
        tests("ApusStoreTests", ["ApusBase", "ApusStore", "CRocksChecksum"]),
        tests("ApusServiceTests", ["ApusBase", "ApusStore", "ApusService", "ApusTestSupport"]),
        tests("ApusWireTests", spine + services + ["ApusTestSupport"]),
        tests("ApusHTTPTests", spine + ["ApusHTTP"] + nio + frontDoor),
        tests("ApusSandboxTests", ["ApusBase", "ApusService", "ApusSandbox"] + nio),
        tests("EventPatternTests", ["ApusBase", "EventPattern"], exclude: ["Cases"]),
        tests("LogPatternTests", ["ApusBase", "LogPattern"], exclude: ["Cases"]),
        tests("DynamoDBItemsTests", ["ApusBase", "DynamoDBItems"]),
        tests("DynamoDBExpressionsTests", ["ApusBase", "DynamoDBItems", "DynamoDBExpressions"]),
        tests("PartiQLTests", ["ApusBase", "DynamoDBItems", "DynamoDBExpressions", "PartiQL"]),
        tests("ApusIAMTests", spine + ["ApusIAM", "ApusSTS", "ApusTestSupport"]),
        tests("ApusAutoScalingTests", spine + ["ApusAutoScaling", "ApusTestSupport"]),
        tests("ApusSQSTests", spine + ["ApusSQS", "ApusTestSupport"]),
        tests("ApusLogsTests", spine + ["ApusLogs", "LogPattern", "ApusTestSupport"]),
        tests("ApusLambdaTests", spine + ["ApusLambda", "ApusTestSupport"]),
        tests(
            "ApusDynamoDBTests",
            spine + ["ApusAutoScaling", "ApusDynamoDB", "DynamoDBItems", "DynamoDBExpressions", "ApusTestSupport"]),
        tests("ApusServerTests", spine + services + ["ApusServer", "ApusTestSupport"]),
        tests("TidyTests", []),
        fuzzing,
    ]
)
