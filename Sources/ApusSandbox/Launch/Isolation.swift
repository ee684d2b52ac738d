/// How an environment is kept apart from the server and from others.
package enum Isolation: String, Sendable {
    /// A process: own session and process group, limits, no new privileges, descriptors closed; its own user and cgroup where the
    /// server has the rights for them. It sees the host's file system and network.
    case process
    /// A process in namespaces of its own, with a root that has nothing of the host's but its interpreter, and a filter of
    /// system calls.
    case namespaces

    /// What is asked for.
    package enum Wish: Sendable {
        case process
        /// Refused where the machine does not permit them.
        case namespaces
        /// Namespaces where the machine permits them, else processes.
        case automatic
    }
}

/// What an environment's process is confined to. Made by the isolation in force for a slot; carried out by the launcher.
package struct Confinement: Sendable {
    /// nil: the server's own user.
    package var user: UInt32?
    package var temporaryDirectory: String
    package var cgroup: CGroupPlacement?
    package var memoryMiB: Int
    /// The namespaces it runs in; nil: the server's.
    package var nest: Nest?

    package init(
        user: UInt32?, temporaryDirectory: String, cgroup: CGroupPlacement?, memoryMiB: Int, nest: Nest? = nil
    ) {
        self.user = user
        self.temporaryDirectory = temporaryDirectory
        self.cgroup = cgroup
        self.memoryMiB = memoryMiB
        self.nest = nest
    }
}
