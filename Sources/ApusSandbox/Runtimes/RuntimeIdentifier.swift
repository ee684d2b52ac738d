/// A runtime identifier of Lambda, taken apart.
package struct RuntimeIdentifier: Hashable, Sendable {
    package enum Family: Hashable, Sendable {
        case python(minor: Int)
        case node(major: Int)
        case java(major: Int)
        /// Apus has no runtime client for these: a configured program that speaks the Runtime API runs them.
        case ruby
        case dotnet
        /// `provided`, `provided.al2`, `provided.al2023`: the package brings its own `bootstrap`.
        case provided
    }

    /// What a name stands for.
    package enum Recognition: Hashable, Sendable {
        case supported(RuntimeIdentifier)
        /// Lambda had it once and refuses new functions on it.
        case deprecated
        case unknown
    }

    package let name: String
    package let family: Family

    private static let deprecated: Set<String> = [
        "python2.7", "python3.6", "python3.7", "nodejs", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "nodejs8.10",
        "nodejs10.x",
        "nodejs12.x", "nodejs14.x", "java8", "dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1",
        "dotnet6",
        "dotnet5.0", "ruby2.5", "ruby2.7", "go1.x",
    ]
    private static let names: [(name: String, family: Family)] =
        (8...14).map { ("python3.\($0)", .python(minor: $0)) }
        + stride(from: 16, through: 24, by: 2).map { ("nodejs\($0).x", .node(major: $0)) }
        + [
            ("java8.al2", .java(major: 8)), ("java11", .java(major: 11)), ("java17", .java(major: 17)),
            ("java21", .java(major: 21)), ("java25", .java(major: 25)),
            ("ruby3.2", .ruby), ("ruby3.3", .ruby), ("ruby3.4", .ruby),
            ("dotnet8", .dotnet), ("dotnet9", .dotnet), ("dotnet10", .dotnet),
            ("provided", .provided), ("provided.al2", .provided), ("provided.al2023", .provided),
        ]
    private static let supported: [RuntimeIdentifier] = Self.names.map { RuntimeIdentifier(name: $0.name, family: $0.family) }
    private static let byName: [String: RuntimeIdentifier] = Dictionary(
        uniqueKeysWithValues: Self.supported.map { ($0.name, $0) })

    /// Every identifier that can run where its interpreter is there, oldest first within a language: for `apus doctor`.
    package static let all: [RuntimeIdentifier] = Self.supported.filter { runtime in
        switch runtime.family {
        case .python, .node, .java: true
        case .ruby, .dotnet, .provided: false
        }
    }

    /// Every identifier that AWS supports today.
    static let supportedNames: [String] = Self.names.map(\.name)

    /// Of a container image: what it has in common with a package that brings its own `bootstrap`.
    static let image = RuntimeIdentifier(name: "", family: .provided)

    package static func recognise(_ name: String) -> Recognition {
        if Self.deprecated.contains(name) { return .deprecated }
        return Self.byName[name].map { .supported($0) } ?? .unknown
    }
}
