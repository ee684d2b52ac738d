internal import ApusBase
internal import ApusService
internal import CApusSandbox
internal import Glibc

/// The programs that pull and unpack container images: skopeo and umoci, which run as a user of their own where the server is root.
struct ImageTools: Sendable {
    /// The user: none of those that environments have.
    static let user: UInt32 = 1_899_999_999
    private static let places = ["/usr/local/bin", "/usr/bin", "/bin"]
    /// Of a program of these: no image needs more.
    private static let dataBytes = 2 << 30
    private static let keptOutput = 4096

    let skopeo: String
    let umoci: String
    private let setpriv: String
    private let prlimit: String
    private let user: UInt32?

    /// The names of the packages that are missing.
    static var missing: [String] {
        [("skopeo", "skopeo"), ("umoci", "umoci"), ("setpriv", "util-linux"), ("prlimit", "util-linux")].reduce(into: []
        ) {
            if Self.path($1.0) == nil, !$0.contains($1.1) { $0.append($1.1) }
        }
    }

    private static func path(_ name: String) -> String? {
        Self.places.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// nil: not all are there.
    init?(hasUser: Bool) {
        guard let skopeo = Self.path("skopeo"), let umoci = Self.path("umoci"), let setpriv = Self.path("setpriv"),
            let prlimit = Self.path("prlimit")
        else { return nil }
        self.skopeo = skopeo
        self.umoci = umoci
        self.setpriv = setpriv
        self.prlimit = prlimit
        self.user = hasUser ? Self.user : nil
    }

    /// Makes a folder in which they may work.
    func makeFolder(_ path: String) throws(ImageError) {
        guard mkdir(path, 0o700) == 0, self.user.map({ chown(path, $0, $0) == 0 }) ?? true else {
            throw .unavailable("\(path) could not be made: \(ErrorText.describe(errno))")
        }
    }

    /// Copies a file that they alone may read.
    func copy(_ source: String, to path: String) throws(ImageError) {
        guard let bytes = try? Files.readAll(source), ControlFiles.write(path, bytes, mode: 0o600),
            self.user.map({ chown(path, $0, $0) == 0 }) ?? true
        else {
            throw .unavailable("The server's credentials for registries cannot be read (functions.image_credentials).")
        }
    }

    /// Runs one in `folder`, and returns its exit status and the beginning of what it printed. Blocks.
    ///
    /// Errors: unavailable where it cannot be started or takes too long; refused for what is too large.
    func run(
        _ arguments: [String], in folder: String, limits: ImageLimits, milliseconds: Int32
    ) throws(ImageError) -> (status: Int32, output: String) {
        var command = [self.setpriv, "--no-new-privs", "--pdeathsig", "KILL"]
        if let user = self.user {
            command += [
                "--reuid", "\(user)", "--regid", "\(user)", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all",
            ]
        }
        command += [
            self.prlimit, "--fsize=\(limits.bytes)", "--core=0", "--data=\(Self.dataBytes)", "--nofile=1024", "--",
        ]
        let variables = [
            "PATH=\(Self.places.joined(separator: ":"))", "LANG=C.UTF-8", "HOME=\(folder)", "TMPDIR=\(folder)",
            "XDG_RUNTIME_DIR=\(folder)",
        ]
        var (length, status): (Int, Int32) = (0, 0)
        var failure: Int32 = 0
        let output = Self.withPointers(command + arguments) { arguments in
            Self.withPointers(variables) { variables in
                folder.withCString { path in
                    var bounds = apus_bounds(
                        folder: path, bytes: UInt64(limits.bytes), entries: UInt64(limits.entries),
                        free_bytes: UInt64(limits.freeBytes), milliseconds: milliseconds)
                    return [UInt8](unsafeUninitializedCapacity: Self.keptOutput) { buffer, count in
                        failure = buffer.withMemoryRebound(to: CChar.self) { text in
                            apus_run_within(
                                arguments, variables, &bounds, text.baseAddress, text.count, &length, &status)
                        }
                        count = length
                    }
                }
            }
        }
        let mebibytes = limits.bytes >> 20
        switch failure {
        case 0: return (status, String(decoding: output, as: UTF8.self))
        case EFBIG: throw .refused("The image is larger than \(mebibytes) MiB, or has too many files.")
        case ENOSPC: throw .unavailable("The server's disk has no room for the image.")
        case ETIMEDOUT: throw .unavailable("The image took too long to be pulled or unpacked.")
        default: throw .unavailable("\(arguments.first ?? "") could not be started: \(ErrorText.describe(failure))")
        }
    }

    private static func withPointers<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }
    }
}

/// How large images may be, and how long it may take until one can be used.
package struct ImageLimits: Sendable {
    /// "Container image code package size: 10 GB (maximum uncompressed image size, including all layers)" (Lambda quotas)
    package var bytes: Int = 10 << 30
    /// Our own, against millions of empty files.
    package var entries: Int = 1_000_000
    /// What must be left on the disk.
    package var freeBytes: Int = 512 << 20
    package var seconds: Int = 300

    package init() {}
}
