internal import ApusBase
internal import ApusHTTP
internal import ApusSandbox
internal import Glibc

/// Looks at this machine. Takes some hundred milliseconds: interpreters are asked for their versions, the disk is tried.
package enum MachineProbe {
    package static func facts(_ configuration: Configuration) -> MachineFacts {
        var facts = MachineFacts()
        facts.isRoot = geteuid() == 0
        facts.processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        facts.memoryMiB = (sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))) >> 20
        let interpreters = InterpreterSearch.run()
        facts.runtimes =
            RuntimeCatalog(
                interpreters: interpreters,
                substitution: configuration.functions.substitution == .none ? .none : .nearest
            ).assignments
        for interpreter in interpreters {
            switch interpreter.language {
            case .python:
                facts.pythons.append(.init(interpreter.major, interpreter.minor, path: interpreter.path))
            case .node: facts.nodes.append(.init(interpreter.major, interpreter.minor, path: interpreter.path))
            case .java: facts.javas.append(.init(interpreter.major, interpreter.minor, path: interpreter.path))
            }
        }
        facts.runtimeProblems = Self.runtimeProblems(configuration.functions.interpreters)
        facts.missingImageTools = ImageStore.missingTools
        facts.takesImages = !configuration.functions.images.isEmpty
        facts.hasUserNamespaces = Self.hasUserNamespaces
        facts.hasCGroups = Self.hasCGroups
        facts.landlockVersion = Namespaces.landlockVersion
        facts.hasOwnNetwork = configuration.functions.network != .host
        facts.namespaceProblem = Namespaces.problem(network: facts.hasOwnNetwork ? .own : .host)
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(7), &limit) == 0 {
            facts.openFileLimit = UInt64(limit.rlim_cur)
            facts.openFileHardLimit = UInt64(limit.rlim_max)
        }
        // RLIMIT_NPROC; root is exempt.
        if !facts.isRoot, getrlimit(__rlimit_resource_t(6), &limit) == 0, limit.rlim_cur != rlim_t.max {
            facts.processLimit = UInt64(limit.rlim_cur)
        }
        facts.rocksDBVersion = Self.rocksDBVersion
        facts.kernel = KernelProbe.facts()
        facts.disk = DiskProbe.facts(configuration.dataDirectory)
        facts.server = ServerProbe.facts(configuration.dataDirectory)
        facts.network = NetworkProbe.facts(configuration, server: facts.server)
        if configuration.tls.isConfigured { Self.inspect(configuration.tls.certificate, &facts) }
        return facts
    }

    /// What speaks against the configured programs, a sentence each.
    private static func runtimeProblems(_ configured: [String: String]) -> [String] {
        configured.sorted { $0.key < $1.key }.compactMap { name, path in
            InterpreterSearch.problem(of: path, for: name).map { $0 + "." }
        }
    }

    private static func inspect(_ certificate: String, _ facts: inout MachineFacts) {
        switch CertificateExpiry.of(certificate) {
        case .ends(let end):
            let days = (Double(end.milliseconds - SystemClock().now.milliseconds) / 86_400_000).rounded(.down)
            facts.certificates = [.init(path: certificate, daysLeft: Int(days))]
        case .unknown(let reason): facts.certificateProblem = reason
        }
    }

    /// From the name of the library's file, which the C interface has no call for: `librocksdb.so.7.8.3`.
    private static var rocksDBVersion: String? {
        guard let maps = Self.text("/proc/self/maps"), let name = maps.firstRange(of: "librocksdb.so.") else {
            return nil
        }
        let version = maps[name.upperBound...].prefix { $0.isNumber || $0 == "." }
        return version.isEmpty ? nil : String(version)
    }

    /// As the kernel and the distributions' switches tell it; nothing is tried.
    private static var hasUserNamespaces: Bool {
        guard Files.exists("/proc/self/ns/user"), Self.text("/proc/sys/user/max_user_namespaces") != "0" else {
            return false
        }
        if geteuid() == 0 { return true }
        return Self.text("/proc/sys/kernel/unprivileged_userns_clone") != "0"
            && Self.text("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") != "1"
    }

    /// Whether groups with a limit on memory may be made, in either version.
    private static var hasCGroups: Bool {
        let layout = CGroupLayout(
            mountinfo: Self.text("/proc/self/mountinfo") ?? "", cgroup: Self.text("/proc/self/cgroup") ?? "")
        return [layout.version1[.memory], layout.version2].contains { folder in
            guard let folder else { return false }
            return access(folder, W_OK) == 0 && !Self.isReadOnly(folder)
        }
    }

    private static func isReadOnly(_ path: String) -> Bool {
        var facts = statvfs()
        return statvfs(path, &facts) != 0 || facts.f_flag & 1 != 0
    }

    static func text(_ path: String) -> String? {
        guard let bytes = try? Files.readAll(path) else { return nil }
        let end = bytes.lastIndex { $0 != 0x0A }.map { $0 + 1 } ?? 0
        return String(decoding: bytes[..<end], as: UTF8.self)
    }
}
