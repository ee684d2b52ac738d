/// How an environment is kept apart from the server and from others: the seam for what follows.
package enum Isolation: String, Sendable {
    /// A process: own session and process group, limits, no new privileges, descriptors closed; its own user and cgroup where the
    /// server has the rights for them. It sees the host's file system and network.
    case process
}

/// What an environment's process is confined to. Made by the isolation in force for a slot; carried out by the launcher.
package struct Confinement: Sendable {
    /// nil: the server's own user.
    package var user: UInt32?
    package var temporaryDirectory: String
    package var cgroup: CGroupPlacement?
    package var memoryMiB: Int

    package init(user: UInt32?, temporaryDirectory: String, cgroup: CGroupPlacement?, memoryMiB: Int) {
        self.user = user
        self.temporaryDirectory = temporaryDirectory
        self.cgroup = cgroup
        self.memoryMiB = memoryMiB
    }
}
