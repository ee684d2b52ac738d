package import ApusService

/// Which interpreter a runtime identifier runs on here, without I/O.
package struct RuntimeCatalog: Sendable {
    package enum Choice: Hashable, Sendable {
        /// The package's own `bootstrap`.
        case package
        case interpreter(Interpreter)
        /// Another version than asked for; the sentence is for the operator.
        case substitute(Interpreter, warning: String)
    }

    package let interpreters: [Interpreter]
    /// Runtime identifier → path of the interpreter to use, from the configuration.
    private let configured: [String: Interpreter]

    package init(interpreters: [Interpreter], configured: [String: Interpreter] = [:]) {
        self.interpreters = interpreters
        self.configured = configured
    }

    /// What `runtime` runs on.
    package func choose(_ runtime: RuntimeIdentifier) -> Choice? {
        if let interpreter = self.configured[runtime.name] { return .interpreter(interpreter) }
        switch runtime.family {
        case .provided: return .package
        case .python(let minor):
            let found = self.interpreters.filter { $0.language == .python && $0.major == 3 }
            return Self.choose(found, distance: { abs($0.minor - minor) }, name: runtime.name)
        case .node(let major):
            return Self.choose(
                self.interpreters.filter { $0.language == .node }, distance: { abs($0.major - major) },
                name: runtime.name)
        }
    }

    /// The nearest version; of two equally near the newer one.
    private static func choose(_ found: [Interpreter], distance: (Interpreter) -> Int, name: String) -> Choice? {
        let nearest = found.min { left, right in
            let (leftDistance, rightDistance) = (distance(left), distance(right))
            if leftDistance != rightDistance { return leftDistance < rightDistance }
            return (left.major, left.minor) > (right.major, right.minor)
        }
        guard let nearest else { return nil }
        if distance(nearest) == 0 { return .interpreter(nearest) }
        return .substitute(
            nearest,
            warning:
                "\(name) functions run on \(nearest.path) (version \(nearest.version)): the version asked for is not installed"
        )
    }

    /// Why `name` cannot run here; nil when it can.
    package func missing(_ name: String) -> RuntimeRefusal? {
        switch RuntimeIdentifier.recognise(name) {
        case .deprecated:
            return .invalid(
                "The runtime parameter of \(name) is no longer supported for creating or updating AWS Lambda functions. "
                    + "We recommend you use a supported runtime while creating or updating functions.")
        case .notYet:
            return .notImplemented(
                "The runtime \(name) is not implemented by Apus yet. "
                    + "Use a provided.al2023 function with a native bootstrap.")
        case .unknown:
            return .invalid(
                "Value \(name) at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
                    + "[python3.8 … python3.14, nodejs16.x … nodejs24.x, provided, provided.al2, provided.al2023]")
        case .supported(let runtime):
            if self.choose(runtime) != nil { return nil }
            switch runtime.family {
            case .python:
                return .invalid(
                    "No Python 3 interpreter for \(name) is installed on this machine: install the package python3.")
            case .node:
                return .invalid(
                    "No Node.js interpreter for \(name) is installed on this machine: install the package nodejs.")
            case .provided: return nil
            }
        }
    }

    /// One line for each supported kind of runtime, for `apus doctor`.
    package var findings: [String] {
        self.interpreters.map { "\($0.language) \($0.version) at \($0.path)" }
            + (self.interpreters.contains { $0.language == .python } ? [] : ["no python3 interpreter found"])
            + (self.interpreters.contains { $0.language == .node } ? [] : ["no node interpreter found"])
    }
}
