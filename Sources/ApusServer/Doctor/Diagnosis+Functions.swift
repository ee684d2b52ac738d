extension Diagnosis {
    /// The oldest releases that the bootstraps are tried with; AWS has none that is older.
    private static let oldest = (python: (3, 9), node: (18, 0))

    static func functions(_ facts: MachineFacts) -> [Finding] {
        [
            Self.interpreter("Python", facts.pythons, oldest: Self.oldest.python, package: "python3"),
            Self.interpreter("Node.js", facts.nodes, oldest: Self.oldest.node, package: "nodejs"),
            Self.isolation(facts),
        ] + facts.runtimes.map { Finding(good: "runtimes", $0 + ".") } + Self.java(facts) + [Self.images(facts)]
            + facts.runtimeProblems.map { problem in
                Finding(
                    .problem, "functions", problem, matters: "A server would not start.",
                    remedy: "Correct the setting functions.runtimes.")
            }
    }

    /// Java is not missed where it is not there: few machines have it.
    private static func java(_ facts: MachineFacts) -> [Finding] {
        guard !facts.javas.isEmpty else { return [] }
        let words = facts.javas.map { "Java \($0.major) at \($0.path)" }.joined(separator: ", ")
        return [Finding(good: "functions", words + ".")]
    }

    private static func images(_ facts: MachineFacts) -> Finding {
        guard !facts.missingImageTools.isEmpty else {
            return Finding(good: "images", "Container images can be pulled and unpacked (skopeo, umoci).")
        }
        let missing = facts.missingImageTools.joined(separator: " ")
        guard facts.takesImages else {
            return Finding(good: "images", "No functions of container images; they would need the packages \(missing).")
        }
        return Finding(
            .warning, "images", "The packages \(missing) are not installed.",
            matters: "Functions of container images cannot be made.", remedy: "apt-get install \(missing)")
    }

    private static func interpreter(
        _ name: String, _ found: [MachineFacts.Interpreter], oldest: (major: Int, minor: Int), package: String
    ) -> Finding {
        let words = found.map { "\(name) \($0.major).\($0.minor) at \($0.path)" }.joined(separator: ", ")
        guard !found.isEmpty else {
            return Finding(
                .warning, "functions", "No \(name) was found in the system's folders.",
                matters: "Functions for it cannot be made.", remedy: "apt-get install \(package)")
        }
        guard found.contains(where: { ($0.major, $0.minor) >= oldest }) else {
            return Finding(
                .warning, "functions", words + ".",
                matters: "Functions are tried with \(name) \(oldest.major).\(oldest.minor) and newer.",
                remedy: "Install a newer one: apt-get install \(package), from a newer release of the system.")
        }
        return Finding(good: "functions", words + ".")
    }

    private static func isolation(_ facts: MachineFacts) -> Finding {
        var parts: [String] = []
        if facts.namespaceProblem == nil {
            parts.append(
                "namespaces with a root of their own" + (facts.hasOwnNetwork ? " and a network of their own" : ""))
            parts.append("a filter of system calls")
            if facts.landlockVersion >= 6 { parts.append("Landlock") }
        }
        if facts.isRoot { parts.append("a user of their own") }
        if facts.hasCGroups { parts.append("limits by cgroup") }
        let own = parts.isEmpty ? "nothing but a process of their own" : parts.joined(separator: ", ")
        let text = "Functions are kept apart by \(own)."
        if let problem = facts.namespaceProblem {
            return Finding(
                .warning, "functions", text + " No namespaces: \(problem).",
                matters: facts.hasOwnNetwork
                    ? "The server does not start with functions.network as it is set."
                    : "apus serve does not start, unless functions.isolation=process says that the code is trusted.",
                remedy: Self.namespaceRemedy(facts))
        }
        guard facts.hasCGroups else {
            return Finding(
                .warning, "functions", text, matters: "A function can take all memory and all processors.",
                remedy: "Mount cgroups writable, or give the service a delegated group (Delegate=yes).")
        }
        guard facts.isRoot else {
            return Finding(
                .warning, "functions", text,
                matters: "All functions have the server's own user, and one can speak to another's Runtime API.",
                remedy: "Run the server as root for users of their own.")
        }
        return Finding(good: "functions", text)
    }

    private static func namespaceRemedy(_ facts: MachineFacts) -> String {
        if facts.isRoot {
            return "Give the server CAP_SYS_ADMIN, CAP_SYS_CHROOT and CAP_SYS_PTRACE"
                + (facts.hasOwnNetwork ? ", CAP_NET_ADMIN and CAP_NET_BIND_SERVICE" : "") + ", on Linux 5.12 or newer."
        }
        return facts.hasUserNamespaces
            ? "Run Linux 5.12 or newer, and outside of containers that hide parts of /proc; or run the server as root."
            : "Permit user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone=1, "
                + "kernel.apparmor_restrict_unprivileged_userns=0), or run the server as root."
    }
}
