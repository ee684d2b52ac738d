/// Where this machine's cgroup controllers are, read from the texts of /proc/self/mountinfo and /proc/self/cgroup: version 1
/// (a tree for each controller), version 2 (one tree), or hybrid (version 2 mounted, but controllers in version 1).
package struct CGroupLayout: Equatable, Sendable {
    package enum Controller: String, CaseIterable, Sendable { case memory, cpu, pids }

    /// Controllers in trees of their own: the server's own cgroup in each.
    package var version1: [Controller: String]
    /// The server's cgroup in the version 2 tree.
    package var version2: String?

    package init(version1: [Controller: String], version2: String?) {
        self.version1 = version1
        self.version2 = version2
    }

    package init(mountinfo: String, cgroup: String) {
        var own: [String: String] = [:]
        for line in cgroup.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            for name in fields[1].isEmpty ? [""] : fields[1].split(separator: ",") {
                own[String(name)] = String(fields[2])
            }
        }
        self.version1 = [:]
        for line in mountinfo.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { continue }
            let (root, point) = (String(fields[3]), String(fields[4]))
            switch fields[dash + 1] {
            case "cgroup2":
                if let path = own[""] {
                    let delegated =
                        path.hasSuffix("/" + DelegatedCGroup.name)
                        ? String(path.dropLast(DelegatedCGroup.name.utf8.count + 1)) : path
                    self.version2 = Self.place(delegated, root: root, point: point)
                }
            case "cgroup":
                for option in fields[dash + 3].split(separator: ",") {
                    guard let controller = Controller(rawValue: String(option)), let path = own[String(option)] else {
                        continue
                    }
                    self.version1[controller] = Self.place(path, root: root, point: point)
                }
            default: continue
            }
        }
    }

    /// A cgroup's path below the mount point of its tree; in a container the mount shows only a part of the tree.
    private static func place(_ path: String, root: String, point: String) -> String {
        var rest = path
        if root != "/", rest.hasPrefix(root) { rest = String(rest.dropFirst(root.count)) }
        while rest.hasSuffix("/") { rest.removeLast() }
        return point + rest
    }
}
