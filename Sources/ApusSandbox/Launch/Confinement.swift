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
