import ApusBase
import Glibc
import Testing

@testable import ApusServer

@Suite struct DiagnosisTests {
    /// A machine on which nothing needs mending.
    private static let good: MachineFacts = {
        var facts = MachineFacts()
        facts.isRoot = true
        facts.hasCGroups = true
        facts.pythons = ["Python 3.11 at /usr/bin/python3.11"]
        facts.nodes = ["Node.js 20.19 at /usr/bin/node"]
        facts.openFileLimit = 1_048_576
        facts.openFileHardLimit = 1_048_576
        facts.rocksDBVersion = "7.8.3"
        facts.disk.freeMiB = 100_000
        facts.disk.syncMicroseconds = 200
        return facts
    }()

    @Test func `a good machine has only good findings`() {
        let findings = Diagnosis.findings(Self.good, Configuration())
        #expect(findings.allSatisfy { $0.severity == .good && $0.remedy == nil })
    }

    @Test(arguments: [
        ("no Python", "apt-get install python3"), ("no Node", "apt-get install nodejs"),
        ("few files", "ulimit -n 19456"), ("little disk", "Free some space"), ("memory", "--data"),
        ("slow disk", "solid-state"), ("not root", "as root"), ("no cgroups", "Mount cgroups"),
    ])
    func `each shortcoming is a warning with its remedy`(_ name: String, _ remedy: String) {
        var facts = Self.good
        switch name {
        case "no Python": facts.pythons = []
        case "no Node": facts.nodes = []
        case "few files": facts.openFileLimit = 1_024
        case "little disk": facts.disk.freeMiB = 300
        case "memory": facts.disk.isMemory = true
        case "slow disk": facts.disk.syncMicroseconds = 9_000
        case "not root": facts.isRoot = false
        default: facts.hasCGroups = false
        }
        let warnings = Diagnosis.findings(facts, Configuration()).filter { $0.severity != .good }
        #expect(warnings.map(\.severity) == [.warning])
        #expect(warnings.first?.remedy?.contains(remedy) == true)
    }

    @Test func `a full disk and an unusable directory are problems`() {
        var facts = Self.good
        facts.disk.freeMiB = 10
        #expect(Diagnosis.findings(facts, Configuration()).contains { $0.severity == .problem && $0.subject == "disk" })
        facts = Self.good
        facts.disk.directoryProblem = "Other users may write to x."
        #expect(Diagnosis.findings(facts, Configuration()).contains { $0.severity == .problem && $0.remedy != nil })
    }

    @Test func `this machine is looked at without leaving anything behind`() throws {
        let path = "/tmp/apus-doctor-\(getpid())-\(SystemEntropy().nextUInt64())"
        try Files.createDirectory(path)
        defer { try? Files.removeTree(path) }
        let facts = MachineProbe.facts(dataDirectory: path + "/data")
        #expect(facts.processors >= 1 && facts.memoryMiB > 0 && facts.openFileLimit > 0)
        #expect(facts.rocksDBVersion?.split(separator: ".").count ?? 0 >= 2)
        #expect(facts.disk.directoryProblem == nil)
        #expect((facts.disk.syncMicroseconds ?? 0) >= 0 && (facts.disk.freeMiB ?? 0) > 0)
        #expect(try Files.names(in: path) == [])
    }
}
