/// What the probes found on this machine. A value, so that what follows from it can be tested without one.
package struct MachineFacts: Sendable, Equatable {
    package var isRoot: Bool = false
    package var processors: Int = 1
    package var memoryMiB: Int = 0
    package var pythons: [Interpreter] = []
    package var nodes: [Interpreter] = []
    package var javas: [Interpreter] = []
    /// What Lambda's runtimes run on, a line for each interpreter, without what functions.runtimes names.
    package var runtimes: [String] = []
    /// What speaks against the programs that functions.runtimes names, a sentence each.
    package var runtimeProblems: [String] = []
    /// The packages that container images need and that are not there.
    package var missingImageTools: [String] = []
    /// Whether functions may run from container images.
    package var takesImages: Bool = false
    /// Whether a process may make a user namespace.
    package var hasUserNamespaces: Bool = false
    /// Why functions cannot run in namespaces of their own here; nil: they can.
    package var namespaceProblem: String?
    /// Whether that was tried with a network of their own, as they are configured to have.
    package var hasOwnNetwork: Bool = false
    /// Whether this process may make groups with a limit on memory, in either version.
    package var hasCGroups: Bool = false
    /// The version of Landlock's interface; 0: there is none.
    package var landlockVersion: Int = 0
    package var openFileLimit: UInt64 = 0
    package var openFileHardLimit: UInt64 = 0
    /// nil where it is without bound, or does not count for this user.
    package var processLimit: UInt64?
    /// `7.8.3`; nil where it could not be told.
    package var rocksDBVersion: String?
    package var kernel: Kernel = Kernel()
    package var network: Network = Network()
    package var disk: Disk = Disk()
    /// The server that answers on the data directory's endpoint.
    package var server: Server?
    /// Of TLS, where it is configured.
    package var certificates: [Certificate] = []
    /// Why the certificate that is configured cannot be read, as a sentence without its full stop.
    package var certificateProblem: String?

    package init() {}

    /// An interpreter for functions.
    package struct Interpreter: Sendable, Equatable {
        package var major: Int
        package var minor: Int
        package var path: String

        package init(_ major: Int, _ minor: Int, path: String) {
            self.major = major
            self.minor = minor
            self.path = path
        }
    }

    package struct Kernel: Sendable, Equatable {
        /// `6.1.0-13-amd64`
        package var release: String = ""
        /// Whether the clock is kept right by somebody (adjtimex(2)); nil where the kernel does not tell.
        package var isClockSynchronised: Bool?
        /// `always`, `madvise` or `never`; nil where the kernel has no huge pages.
        package var hugePages: String?
        /// `vm.overcommit_memory`.
        package var overcommit: Int = 0
        package var swapUsedMiB: Int = 0
        package var availableMiB: Int?

        package init() {}

        /// The first two numbers of the release.
        package var version: (major: Int, minor: Int)? {
            let numbers = self.release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
            return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
        }
    }

    package struct Network: Sendable, Equatable {
        /// Why the address cannot be listened on; nil where it can, or a server of this directory has it.
        package var listenProblem: String?
        /// What `localhost` is, in the order in which programs try it; empty where it is nothing.
        package var localhost: [String] = []
        /// Whether names below `localhost`, as function URLs have, resolve.
        package var resolvesBelowLocalhost: Bool = true

        package init() {}
    }

    /// A server that runs.
    package struct Server: Sendable, Equatable {
        package var process: Int32
        package var endpoint: String
        /// nil where it does not answer.
        package var version: String?

        package init(process: Int32, endpoint: String, version: String?) {
            self.process = process
            self.endpoint = endpoint
            self.version = version
        }
    }

    package struct Certificate: Sendable, Equatable {
        package var path: String
        package var daysLeft: Int

        package init(path: String, daysLeft: Int) {
            self.path = path
            self.daysLeft = daysLeft
        }
    }

    /// The disk that the data directory is on.
    package struct Disk: Sendable, Equatable {
        /// What speaks against the directory itself.
        package var directoryProblem: String?
        /// The process that serves the directory now.
        package var server: Int32?
        /// Whether the last server on the directory ended without closing it.
        package var wasNotClosed: Bool = false
        package var freeMiB: Int?
        /// nil where the file system has no fixed number of files.
        package var freeFiles: Int?
        /// As the kernel calls it: `ext4`, `tmpfs`, `nfs4`; empty where it is not known.
        package var fileSystem: String = ""
        /// The median of small appends, each with fdatasync; nil where nothing could be written.
        package var syncMicroseconds: Int?

        package init() {}
    }
}
