/// A runtime identifier of Lambda, taken apart.
package struct RuntimeIdentifier: Hashable, Sendable {
    package enum Family: Hashable, Sendable {
        case python(minor: Int)
        case node(major: Int)
        /// `provided`, `provided.al2`, `provided.al2023`: the package brings its own `bootstrap`.
        case provided
    }

    /// What a name stands for.
    package enum Recognition: Hashable, Sendable {
        case supported(RuntimeIdentifier)
        /// Lambda had it once and refuses new functions on it.
        case deprecated
        /// Lambda has it, Apus does not.
        case notYet
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
    private static let notYet: Set<String> = [
        "java8.al2", "java11", "java17", "java21", "java25", "dotnet8", "dotnet9", "dotnet10", "ruby3.2", "ruby3.3",
        "ruby3.4",
    ]

    package static func recognise(_ name: String) -> Recognition {
        if Self.deprecated.contains(name) { return .deprecated }
        if Self.notYet.contains(name) { return .notYet }
        if ["provided", "provided.al2", "provided.al2023"].contains(name) {
            return .supported(RuntimeIdentifier(name: name, family: .provided))
        }
        if name.hasPrefix("python3."), let minor = Int(name.dropFirst(8)), (8...14).contains(minor) {
            return .supported(RuntimeIdentifier(name: name, family: .python(minor: minor)))
        }
        if name.hasPrefix("nodejs"), name.hasSuffix(".x"), let major = Int(name.dropFirst(6).dropLast(2)),
            major >= 16, major <= 24, major % 2 == 0
        {
            return .supported(RuntimeIdentifier(name: name, family: .node(major: major)))
        }
        return .unknown
    }
}
