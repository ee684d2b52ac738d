// swift-tools-version: 6.2
import PackageDescription

// The policy is the product's own: Sources/KeepAlive is a link into its folder, since what is `package` is seen within one package.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "apus-keep-alive-simulator",
    targets: [
        .target(name: "KeepAlive", swiftSettings: strict),
        .executableTarget(name: "KeepAliveSimulator", dependencies: ["KeepAlive"], swiftSettings: strict),
    ]
)
