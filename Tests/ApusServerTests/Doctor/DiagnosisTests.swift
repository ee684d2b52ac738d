import ApusBase
import Glibc
import Testing

@testable import ApusServer

@Suite struct DiagnosisTests {
    /// A machine on which nothing needs mending.
    private static let good: MachineFacts = {
        var facts = MachineFacts()
        facts.isRoot = true
        facts.processors = 4
        facts.memoryMiB = 8_192
        facts.hasCGroups = true
        facts.pythons = [.init(3, 11, path: "/usr/bin/python3.11")]
        facts.nodes = [.init(20, 19, path: "/usr/bin/node")]
        facts.openFileLimit = 1_048_576
        facts.openFileHardLimit = 1_048_576
        facts.rocksDBVersion = "7.8.3"
        facts.kernel.release = "6.1.0-13-amd64"
        facts.kernel.isClockSynchronised = true
        facts.kernel.hugePages = "madvise"
        facts.kernel.availableMiB = 4_096
        facts.network.localhost = ["127.0.0.1", "::1"]
        facts.disk.freeMiB = 100_000
        facts.disk.freeFiles = 1_000_000
        facts.disk.fileSystem = "ext4"
        facts.disk.syncMicroseconds = 200
        return facts
    }()

    @Test func `a good machine has only good findings`() {
        let findings = Diagnosis.findings(Self.good, Configuration())
        #expect(findings.allSatisfy { $0.severity == .good && $0.remedy == nil && $0.matters == nil })
        #expect(FindingsText.worst(findings).exitCode == 0)
    }

    /// What is changed on a good machine, and the severity and a part of the remedy of the one finding that follows.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var severity: Finding.Severity
        var remedy: String
        var change: @Sendable (inout MachineFacts) -> Void

        init(
            _ name: String, _ remedy: String, _ change: @escaping @Sendable (inout MachineFacts) -> Void
        ) {
            self.init(name, .warning, remedy, change)
        }

        init(
            _ name: String, _ severity: Finding.Severity, _ remedy: String,
            _ change: @escaping @Sendable (inout MachineFacts) -> Void
        ) {
            self.name = name
            self.severity = severity
            self.remedy = remedy
            self.change = change
        }

        var testDescription: String { self.name }
    }

    static let cases: [Case] = [
        Case("no Python", "apt-get install python3") { $0.pythons = [] },
        Case("an old Python", "newer") { $0.pythons = [.init(3, 7, path: "/usr/bin/python3.7")] },
        Case("no Node.js", "apt-get install nodejs") { $0.nodes = [] },
        Case("an old Node.js", "newer") { $0.nodes = [.init(12, 22, path: "/usr/bin/node")] },
        Case("a configured runtime that is not there", .problem, "functions.runtimes") {
            $0.runtimeProblems = ["functions.runtimes names /x for ruby3.3, which is no program that can be run."]
        },
        Case("no programs for images", "apt-get install skopeo") {
            $0.takesImages = true
            $0.missingImageTools = ["skopeo"]
        },
        Case("not root", "as root") { $0.isRoot = false },
        Case("no namespaces for root", "CAP_SYS_ADMIN") { $0.namespaceProblem = "not permitted" },
        Case("no networks of functions' own", "CAP_NET_ADMIN") {
            $0.namespaceProblem = "not permitted"
            $0.hasOwnNetwork = true
        },
        Case("no namespaces for another user", "sysctl") {
            $0.isRoot = false
            $0.hasUserNamespaces = false
            $0.namespaceProblem = "not permitted"
        },
        Case("no cgroups", "Mount cgroups") { $0.hasCGroups = false },
        Case("few files may be opened", "ulimit -n 19456") { $0.openFileLimit = 1_024 },
        Case("few files may ever be opened", "LimitNOFILE=") {
            $0.openFileLimit = 1_024
            $0.openFileHardLimit = 4_096
        },
        Case("few processes", "ulimit -u 2048") { $0.processLimit = 512 },
        Case("little disk", "Free some space") { $0.disk.freeMiB = 300 },
        Case("a full disk", .problem, "Free some space") { $0.disk.freeMiB = 10 },
        Case("few free files", "df -i") { $0.disk.freeFiles = 12 },
        Case("a slow disk", "solid-state") { $0.disk.syncMicroseconds = 9_000 },
        Case("data in memory", "--data") { $0.disk.fileSystem = "tmpfs" },
        Case("data on a network", "--data") { $0.disk.fileSystem = "nfs4" },
        Case("an unusable directory", .problem, "--data") { $0.disk.directoryProblem = "Other users may write to x." },
        Case("a port in use", .problem, "ss -ltnp") {
            $0.network.listenProblem = "127.0.0.1:4566: Address already in use."
        },
        Case("no localhost", "/etc/hosts") { $0.network.localhost = [] },
        Case("localhost is IPv6 first", "http://127.0.0.1") { $0.network.localhost = ["::1", "127.0.0.1"] },
        Case("no names below localhost", "libnss-myhostname") { $0.network.resolvesBelowLocalhost = false },
        Case("an old kernel", "newer kernel") { $0.kernel.release = "5.10.0-21-amd64" },
        Case("a clock that nobody keeps right", "timesyncd") { $0.kernel.isClockSynchronised = false },
        Case("huge pages for all", "madvise") { $0.kernel.hugePages = "always" },
        Case("strict overcommit", "sysctl vm.overcommit_memory=0") { $0.kernel.overcommit = 2 },
        Case("little memory", "functions.maximum_environments") { $0.kernel.availableMiB = 100 },
        Case("much in the swap", "ps aux") { $0.kernel.swapUsedMiB = 2_000 },
        Case("an unknown RocksDB", "librocksdb") { $0.rocksDBVersion = nil },
        Case("a certificate that expires soon", "new certificate") {
            $0.certificates = [.init(path: "/etc/apus/cert.pem", daysLeft: 5)]
        },
        Case("a certificate that cannot be read", .problem, "--tls-certificate") {
            $0.certificateProblem = "/etc/apus/cert.pem cannot be opened"
        },
        Case("a certificate that has expired", .problem, "new certificate") {
            $0.certificates = [.init(path: "/etc/apus/cert.pem", daysLeft: -1)]
        },
        Case("a server that does not answer", .problem, "kill 7") {
            $0.server = .init(process: 7, endpoint: "http://127.0.0.1:4566", version: nil)
        },
        Case("a server of another version", "apus upgrade") {
            $0.server = .init(process: 7, endpoint: "http://127.0.0.1:4566", version: "0.0.1")
        },
    ]

    @Test(arguments: Self.cases)
    func `each shortcoming is one finding that says what follows and what helps`(_ one: Case) {
        var facts = Self.good
        one.change(&facts)
        let findings = Diagnosis.findings(facts, Configuration()).filter { $0.severity != .good }
        #expect(findings.map(\.severity) == [one.severity])
        #expect(findings.first?.remedy?.contains(one.remedy) == true, "\(findings)")
        #expect(findings.first?.matters?.isEmpty == false)
        #expect(FindingsText.worst(findings).exitCode == (one.severity == .problem ? 2 : 1))
    }

    @Test func `a server that runs, and one that was killed, are told of`() {
        var facts = Self.good
        facts.server = .init(process: 7, endpoint: "http://127.0.0.1:4566", version: ApusVersion.current)
        #expect(
            Diagnosis.findings(facts, Configuration())[0].text.contains("answers at http://127.0.0.1:4566, process 7"))
        facts.server = nil
        facts.disk.wasNotClosed = true
        let findings = Diagnosis.findings(facts, Configuration())
        #expect(findings[0].text.contains("the next start recovers") && findings.allSatisfy { $0.severity == .good })
    }

    @Test func `findings are lines for people and an object for programs`() throws {
        let findings = [
            Finding(good: "disk", "fine"), Finding(.warning, "clock", "seen", matters: "matters", remedy: "help"),
        ]
        #expect(
            FindingsText.lines(findings)
                == "ok       disk: fine\nwarning  clock: seen\n         matters\n         → help")
        #expect(
            FindingsText.json(findings)
                == #"{"severity":"warning","findings":[{"severity":"good","subject":"disk","found":"fine"},"#
                + #"{"severity":"warning","subject":"clock","found":"seen","matters":"matters","remedy":"help"}]}"#)
    }

    @Test func `what the kernel says is read`() {
        #expect(KernelProbe.chosen(in: "always [madvise] never") == "madvise")
        #expect(KernelProbe.kibibytes("MemTotal:  16 kB\nSwapFree: 3 kB\nHugePages_Total:       0\n")["SwapFree"] == 3)
        var kernel = MachineFacts.Kernel()
        kernel.release = "6.18.44-fc"
        #expect(kernel.version?.major == 6 && kernel.version?.minor == 18)
    }

    @Test func `configured runtimes are judged as the start judges them`() {
        var configuration = Configuration()
        configuration.dataDirectory = "/nonexistent"
        configuration.port = 0
        // The shell's scripts can be run by everybody and are no interpreters; a runtime client may be one.
        configuration.functions.runtimes = [
            "python3.13=/nonexistent", "python2.6=/usr/bin/env", "nodejs20.x=/usr/bin/ldd", "ruby3.3=/usr/bin/ldd",
        ]
        #expect(
            MachineProbe.facts(configuration).runtimeProblems == [
                "functions.runtimes names /usr/bin/ldd for nodejs20.x, which is no program that every user can run.",
                "functions.runtimes names python2.6, which is no runtime of Lambda's today.",
                "functions.runtimes names /nonexistent for python3.13, which is no program that every user can run.",
            ])
    }

    @Test func `this machine is looked at without leaving anything behind`() throws {
        let path = "/tmp/apus-doctor-\(getpid())-\(SystemEntropy().nextUInt64())"
        try Files.createDirectory(path)
        defer { try? Files.removeTree(path) }
        var configuration = Configuration()
        configuration.dataDirectory = path + "/data"
        configuration.port = 0
        let facts = MachineProbe.facts(configuration)
        #expect(facts.processors >= 1 && facts.memoryMiB > 0 && facts.openFileLimit > 0)
        #expect(facts.rocksDBVersion?.split(separator: ".").count ?? 0 >= 2)
        #expect(facts.disk.directoryProblem == nil && !facts.disk.fileSystem.isEmpty)
        #expect((facts.disk.syncMicroseconds ?? 0) >= 0 && (facts.disk.freeMiB ?? 0) > 0)
        #expect(facts.kernel.version != nil && (facts.kernel.availableMiB ?? 0) > 0)
        #expect(facts.server == nil)
        #expect(try Files.names(in: path) == [])
    }

    @Test func `a port that another program has is found`() throws {
        let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(other) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(other, $0, length)
                _ = listen(other, 1)
                _ = getsockname(other, $0, &length)
            }
        }
        var configuration = Configuration()
        configuration.port = Int(UInt16(bigEndian: address.sin_port))
        #expect(
            NetworkProbe.facts(configuration, server: nil).listenProblem
                == "127.0.0.1:\(configuration.port) cannot be listened on: Address already in use.")
        let server = MachineFacts.Server(process: 1, endpoint: "", version: nil)
        #expect(NetworkProbe.facts(configuration, server: server).listenProblem == nil)
    }
}
