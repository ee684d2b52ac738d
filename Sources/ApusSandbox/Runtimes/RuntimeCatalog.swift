package import ApusService

/// Which interpreter a runtime identifier runs on here, without I/O.
package struct RuntimeCatalog: Sendable {
    /// Whether another version of the language may stand in for one that is not installed.
    package enum Substitution: Sendable { case nearest, none }

    package enum Choice: Hashable, Sendable {
        /// The package's own `bootstrap`.
        case package
        case interpreter(Interpreter)
        /// Another version than asked for; the sentence is for the operator.
        case substitute(Interpreter, warning: String)
        /// A configured program that speaks the Runtime API by itself; it is given the handler's name.
        case client(path: String)

        /// The path of what is executed, unless it is the package's own.
        var program: String? {
            if case .client(let path) = self { return path }
            return self.interpreter?.path
        }

        /// The interpreter that is chosen, if it is one.
        package var interpreter: Interpreter? {
            switch self {
            case .interpreter(let interpreter), .substitute(let interpreter, _): interpreter
            case .package, .client: nil
            }
        }
    }

    package let interpreters: [Interpreter]
    /// Runtime identifier → the interpreter or runtime client to use, from the configuration.
    private let configured: [String: Choice]
    private let substitution: Substitution

    package init(
        interpreters: [Interpreter], configured: [String: Choice] = [:], substitution: Substitution = .nearest
    ) {
        self.interpreters = interpreters
        self.configured = configured
        self.substitution = substitution
    }

    /// What `runtime` runs on.
    package func choose(_ runtime: RuntimeIdentifier) -> Choice? {
        if let choice = self.configured[runtime.name] { return choice }
        switch runtime.family {
        case .provided: return .package
        case .ruby, .dotnet: return nil
        case .java(let major):
            // A newer machine runs what was compiled for an older one, and hardly ever the other way round.
            return self.choose(
                self.interpreters.filter { $0.language == .java },
                distance: { $0.major >= major ? $0.major - major : 1000 + major - $0.major }, name: runtime.name)
        case .python(let minor):
            let found = self.interpreters.filter { $0.language == .python && $0.major == 3 }
            return self.choose(found, distance: { abs($0.minor - minor) }, name: runtime.name)
        case .node(let major):
            return self.choose(
                self.interpreters.filter { $0.language == .node }, distance: { abs($0.major - major) },
                name: runtime.name)
        }
    }

    /// The nearest version; of two equally near the newer one.
    private func choose(_ found: [Interpreter], distance: (Interpreter) -> Int, name: String) -> Choice? {
        let nearest = found.min { left, right in
            let (leftDistance, rightDistance) = (distance(left), distance(right))
            if leftDistance != rightDistance { return leftDistance < rightDistance }
            return (left.major, left.minor) > (right.major, right.minor)
        }
        guard let nearest else { return nil }
        if distance(nearest) == 0 { return .interpreter(nearest) }
        guard self.substitution == .nearest else { return nil }
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
        case .unknown:
            return .invalid(
                "Value \(name) at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
                    + "[python3.8 … python3.14, nodejs16.x … nodejs24.x, java8.al2, java11, java17, java21, java25, "
                    + "ruby3.2, ruby3.3, ruby3.4, dotnet8, dotnet9, dotnet10, provided, provided.al2, provided.al2023]")
        case .supported(let runtime):
            return self.choose(runtime) == nil ? self.refusal(runtime) : nil
        }
    }

    private func refusal(_ runtime: RuntimeIdentifier) -> RuntimeRefusal {
        let name = runtime.name
        switch runtime.family {
        case .python(let minor):
            return self.notInstalled(
                runtime, language: .python, what: "Python 3.\(minor)", packages: "python3.\(minor)", any: "python3")
        case .node(let major):
            return self.notInstalled(
                runtime, language: .node, what: "Node.js \(major)", packages: "nodejs (version \(major))", any: "nodejs"
            )
        case .java(let major):
            return self.notInstalled(
                runtime, language: .java, what: "Java \(major)", packages: "openjdk-\(major)-jre-headless",
                any: "default-jre-headless")
        case .ruby, .dotnet:
            return .notImplemented(
                "Apus has no runtime client of its own for \(name). Name a program on the server's machine that speaks the "
                    + "Lambda Runtime API, such as aws_lambda_ric for Ruby, with the setting functions.runtimes "
                    + "(\(name)=/path/to/program), or use provided.al2023 with a bootstrap in the package.")
        case .provided:
            return .invalid("\(name) cannot run here.")
        }
    }

    private func notInstalled(
        _ runtime: RuntimeIdentifier, language: Interpreter.Language, what: String, packages: String, any: String
    ) -> RuntimeRefusal {
        let others = self.interpreters.filter { $0.language == language }
        let name = runtime.name
        if let other = others.first {
            return .invalid(
                "No interpreter for \(name) is installed on this machine, only \(other.path) (version \(other.version)). "
                    + "Install the package \(packages), or name \(what) with the setting functions.runtimes "
                    + "(\(name)=/path/to/program), or let another version stand in with functions.substitution=nearest."
            )
        }
        return .invalid(
            "No interpreter for \(name) is installed on this machine: install the package \(packages), or \(any) "
                + "and let its version stand in (functions.substitution=nearest).")
    }

    /// One line for each interpreter and for each language without one, for `apus doctor`.
    package var findings: [String] {
        let languages: [Interpreter.Language] = [.python, .node, .java]
        return self.interpreters.map { "\($0.language) \($0.version) at \($0.path)" }
            + languages.filter { language in !self.interpreters.contains { $0.language == language } }
            .map { "no \($0) interpreter found" }
    }

    /// What the runtimes of this machine run on, a line for each group: for `apus doctor`.
    package var assignments: [String] {
        self.groups.map(\.line)
            + self.configured.keys.filter { name in !RuntimeIdentifier.all.contains { $0.name == name } }.sorted()
            .map { "\($0) runs on a configured program" }
    }

    /// The lines of those that run on another version than they ask for: for the log at the start.
    package var substitutions: [String] { self.groups.filter(\.standsIn).map(\.line) }

    /// Runtimes that run on the same.
    private struct Group {
        var program: String
        var standsIn: Bool
        var names: [String]

        var line: String { "\(self.names.joined(separator: ", ")) run \(self.program)" }
    }

    private var groups: [Group] {
        var groups: [Group] = []
        for runtime in RuntimeIdentifier.all {
            let program: String
            var standsIn = false
            switch self.choose(runtime) {
            case .interpreter(let interpreter): program = "on \(interpreter.path)"
            case .substitute(let interpreter, _):
                program = "on \(interpreter.path) (version \(interpreter.version), which stands in)"
                standsIn = true
            case .client(let path): program = "on \(path)"
            case .package: continue
            case nil: program = "not at all here"
            }
            if let index = groups.firstIndex(where: { $0.program == program }) {
                groups[index].names.append(runtime.name)
            } else {
                groups.append(Group(program: program, standsIn: standsIn, names: [runtime.name]))
            }
        }
        return groups
    }
}
