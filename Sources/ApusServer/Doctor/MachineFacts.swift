/// What the probes found on this machine. A value, so that what follows from it can be tested without one.
package struct MachineFacts: Sendable, Equatable {
    package var isRoot: Bool = false
    package var processors: Int = 1
    package var memoryMiB: Int = 0
    /// `Python 3.11 at /usr/bin/python3.11`
    package var pythons: [String] = []
    package var nodes: [String] = []
    /// Whether a process may make a user namespace.
    package var hasUserNamespaces: Bool = false
    /// Whether this process may make cgroups of version 2.
    package var hasCGroups: Bool = false
    package var hasSeccomp: Bool = false
    /// nil where securityfs, which tells it, is not mounted.
    package var hasLandlock: Bool?
    package var openFileLimit: UInt64 = 0
    package var openFileHardLimit: UInt64 = 0
    /// `7.8.3`; nil where it could not be told.
    package var rocksDBVersion: String?
    package var disk: Disk = Disk()

    package init() {}

    /// The disk that the data directory is on.
    package struct Disk: Sendable, Equatable {
        /// What speaks against the directory itself.
        package var directoryProblem: String?
        /// The process that serves the directory now.
        package var server: Int32?
        package var freeMiB: Int?
        /// Whether the files are in memory and gone with the machine.
        package var isMemory: Bool = false
        /// The median of small appends, each with fdatasync; nil where nothing could be written.
        package var syncMicroseconds: Int?

        package init() {}
    }
}
