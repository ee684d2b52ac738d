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
