import Glibc
import Testing

@testable import ApusSandbox

@Suite struct CGroupTests {
    private let version1Mounts = """
        24 1 0:22 / /sys/fs/cgroup rw shared:7 - tmpfs tmpfs rw,mode=755
        25 24 0:23 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:8 - cgroup cgroup rw,cpu,cpuacct
        26 24 0:24 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
        27 24 0:25 / /sys/fs/cgroup/pids rw,relatime shared:10 - cgroup cgroup rw,pids
        28 24 0:26 / /sys/fs/cgroup/unified rw,relatime shared:11 - cgroup2 cgroup2 rw
        """

    @Test func `controllers of version 1 and a hybrid's version 2 tree are found at the server's own group`() {
        let cgroup =
            "9:memory:/user.slice\n8:cpu,cpuacct:/\n7:pids:/user.slice/s-1\n1:name=systemd:/x\n0::/user.slice/s-1\n"
        #expect(
            CGroupLayout(mountinfo: self.version1Mounts, cgroup: cgroup)
                == CGroupLayout(
                    version1: [
                        .cpu: "/sys/fs/cgroup/cpu,cpuacct", .memory: "/sys/fs/cgroup/memory/user.slice",
                        .pids: "/sys/fs/cgroup/pids/user.slice/s-1",
                    ], version2: "/sys/fs/cgroup/unified/user.slice/s-1"))
    }

    @Test func `a server in a delegated group makes room for others there, and finds the group again`() throws {
        let mounts = "30 1 0:26 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw,nsdelegate\n"
        let moved = "0::/system.slice/apus.service/apus-server\n"
        #expect(
            CGroupLayout(mountinfo: mounts, cgroup: moved)
                == CGroupLayout(version1: [:], version2: "/sys/fs/cgroup/system.slice/apus.service"))
        #expect(DelegatedCGroup.isOwn(cgroup: moved) && !DelegatedCGroup.isOwn(cgroup: "0::/apus.service\n"))
        let folder = "/tmp/apus-group-\(getpid())"
        defer {
            unlink("\(folder)/apus.service/apus-server/cgroup.procs")
            for name in ["/apus.service/apus-server", "/apus.service", "/user.slice", ""] { rmdir(folder + name) }
        }
        for name in ["", "/apus.service", "/user.slice"] { try #require(mkdir(folder + name, 0o755) == 0) }
        for name in ["/apus.service", "/user.slice"] {
            close(open("\(folder)\(name)/cgroup.procs", O_CREAT | O_WRONLY, 0o644))
        }
        #expect(DelegatedCGroup.enter("\(folder)/apus.service", process: 42))
        #expect(access("\(folder)/apus.service/apus-server/cgroup.procs", F_OK) == 0)
        // Others are in a session's group too.
        #expect(!DelegatedCGroup.enter("\(folder)/user.slice", process: 42))
        for name in ["/apus.service", "/user.slice"] { unlink("\(folder)\(name)/cgroup.procs") }
    }

    @Test func `a pure version 2 machine, and a container that sees a part of the tree`() {
        let mounts = "30 1 0:26 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw,nsdelegate\n"
        #expect(
            CGroupLayout(mountinfo: mounts, cgroup: "0::/system.slice/apus.service\n")
                == CGroupLayout(version1: [:], version2: "/sys/fs/cgroup/system.slice/apus.service"))
        let contained = "30 1 0:26 /docker/abc /sys/fs/cgroup ro - cgroup cgroup rw,memory\n"
        #expect(
            CGroupLayout(mountinfo: contained, cgroup: "4:memory:/docker/abc\n")
                == CGroupLayout(version1: [.memory: "/sys/fs/cgroup"], version2: nil))
        #expect(CGroupLayout(mountinfo: "", cgroup: "") == CGroupLayout(version1: [:], version2: nil))
    }

    private func withTree(_ body: (String) throws -> Void) rethrows {
        var template = Array("/tmp/apus-cgroup-XXXXXX".utf8CString)
        mkdtemp(&template)
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { removeTree(directory) }
        try body(directory)
    }

    @Test func `on version 1 each controller has its own group and the child joins each before exec`() throws {
        try self.withTree { root in
            for name in ["memory", "cpu", "pids"] { mkdir("\(root)/\(name)", 0o755) }
            let groups = CGroups(
                layout: CGroupLayout(
                    version1: [.memory: "\(root)/memory", .cpu: "\(root)/cpu", .pids: "\(root)/pids"], version2: nil),
                name: "apus-1")
            let placement = try #require(groups.prepare(slot: 4, memoryMiB: 512))
            #expect(
                placement.joinFiles == [
                    "\(root)/cpu/apus-1/e4/tasks", "\(root)/memory/apus-1/e4/tasks", "\(root)/pids/apus-1/e4/tasks",
                ])
            #expect(placement.birthDirectory == nil)
            #expect(placement.peakFile == "\(root)/memory/apus-1/e4/memory.max_usage_in_bytes")
            #expect(readFile("\(root)/memory/apus-1/e4/memory.limit_in_bytes") == "536870912")
            // Half of 1769 MiB is about half a CPU's share of 1024.
            #expect(readFile("\(root)/cpu/apus-1/e4/cpu.shares") == "296")
            #expect(readFile("\(root)/pids/apus-1/e4/pids.max") == "1024")
        }
    }

    @Test func `on version 2 the child is born in a group with all limits`() throws {
        try self.withTree { root in
            writeFile("\(root)/cgroup.controllers", "cpuset cpu io memory pids\n")
            let groups = CGroups(layout: CGroupLayout(version1: [:], version2: root), name: "apus-1")
            let placement = try #require(groups.prepare(slot: 0, memoryMiB: 1769))
            #expect(placement.joinFiles == [])
            #expect(placement.birthDirectory == "\(root)/apus-1/e0")
            #expect(readFile("\(root)/apus-1/e0/memory.max") == String(1769 << 20))
            #expect(readFile("\(root)/apus-1/e0/cpu.weight") == "100")
            #expect(readFile("\(root)/apus-1/e0/pids.max") == "1024")
            #expect(groups.findings.allSatisfy { $0.hasSuffix("limited (version 2)") })
        }
    }

    @Test func `where nothing is permitted there is no placement`() throws {
        self.withTree { root in
            writeFile("\(root)/cgroup.controllers", "\n")
            let layout = CGroupLayout(version1: [.memory: "\(root)/not-there"], version2: root)
            let groups = CGroups(layout: layout, name: "apus-1")
            #expect(groups.prepare(slot: 0, memoryMiB: 128) == nil)
            #expect(groups.findings.allSatisfy { $0.hasSuffix("not permitted or not there") })
        }
    }
}
