// swift-tools-version: 6.2
import PackageDescription

// Benchmarks see what is `package` to the product, so they compile its sources as targets of their own: Sources/ApusBase and
// the like are links into the product's folder.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "apus-store-benchmark",
    dependencies: [.package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")],
    targets: [
        .systemLibrary(name: "CRocksDB"),
        .systemLibrary(name: "CZlib"),
        .target(
            name: "ApusBase", dependencies: [.product(name: "Crypto", package: "swift-crypto"), "CZlib"],
            exclude: ["README.md"], swiftSettings: strict),
        .target(
            name: "ApusStore", dependencies: ["ApusBase", "CRocksDB"], exclude: ["README.md"], swiftSettings: strict),
        .executableTarget(name: "StoreBenchmark", dependencies: ["ApusBase", "ApusStore"], swiftSettings: strict),
    ]
)
