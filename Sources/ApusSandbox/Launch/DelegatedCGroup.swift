internal import Glibc

/// The cgroup that a service manager has delegated to this server (`Delegate=yes`; systemd's CGROUP_DELEGATION document).
///
/// In version 2 a group that has processes of its own cannot give its controllers to groups below it. So the server moves
/// itself into a group below, and environments get groups beside that one.
package enum DelegatedCGroup {
    /// The server's own group below the delegated one.
    static let name = "apus-server"

    /// Moves this process, if its group is one of a service that it may divide. Call it before functions are started.
    ///
    /// - Returns: whether it moved, or was there already.
    @discardableResult
    package static func enter() -> Bool {
        let text = ControlFiles.read("/proc/self/cgroup") ?? ""
        let layout = CGroupLayout(mountinfo: ControlFiles.read("/proc/self/mountinfo") ?? "", cgroup: text)
        guard let group = layout.version2 else { return false }
        if Self.isOwn(cgroup: text) { return true }
        return Self.enter(group, process: getpid())
    }

    /// - Parameter group: the folder of the delegated group.
    static func enter(_ group: String, process: Int32) -> Bool {
        // Only a service's group has nobody else in it.
        guard group.hasSuffix(".service"), access(group + "/cgroup.procs", W_OK) == 0 else { return false }
        let own = "\(group)/\(Self.name)"
        guard ControlFiles.makeDirectory(own, mode: 0o755) else { return false }
        return ControlFiles.write(own + "/cgroup.procs", String(process))
    }

    /// Whether the text of /proc/self/cgroup says that the process has moved.
    static func isOwn(cgroup: String) -> Bool {
        cgroup.split(separator: "\n").contains { $0.hasPrefix("0::") && $0.hasSuffix("/" + Self.name) }
    }
}
