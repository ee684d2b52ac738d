internal import ApusService
internal import Glibc

/// What all roots have in common on this machine: the system's programs and libraries, the runtimes, a small `/etc`, a few devices.
struct NestPlan: Sendable {
    private var system: [Nest.Mount] = []
    /// What is not below `/usr`: the runtimes' files, the Python libraries, interpreters of other places.
    private var others: [String] = []
    /// The prepared `/etc`.
    private let etc: String
    private let runtimes: String

    private static let devices = ["null", "zero", "full", "random", "urandom"]
    private static let roots = ["bin", "sbin", "lib", "lib32", "libx32", "lib64"]

    /// `etc`: the prepared folder. `folders`: what runtimes need beside the system, at the paths that they have on the host.
    init(etc: String, runtimes: String, folders: [String]) {
        self.etc = etc
        self.runtimes = runtimes
        self.system.append(Nest.Mount(.bound, "/usr", "/usr"))
        for name in Self.roots {
            var status = stat()
            guard lstat("/\(name)", &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFLNK, let target = EtcFiles.link("/\(name)") {
                self.system.append(Nest.Mount(.link, target, "/\(name)"))
            } else {
                self.system.append(Nest.Mount(.bound, "/\(name)", "/\(name)"))
            }
        }
        self.system.append(Nest.Mount(.bound, etc, "/etc"))
        self.system += Self.kernel
        self.system += ["/run", "/var/tmp", "/home"].map { Nest.Mount(.folder, "", $0) }
        self.system.append(Nest.Mount(.link, runtimes, NestPaths.runtime))
        for folder in [runtimes] + folders where !folder.hasPrefix("/usr/") && !self.others.contains(folder) {
            self.others.append(folder)
        }
    }

    /// Devices and processes.
    private static let kernel: [Nest.Mount] =
        Self.devices.map { Nest.Mount(.device, "/dev/\($0)", "/dev/\($0)") }
        + [Nest.Mount(.memory, "size=64m,mode=1777", "/dev/shm")]
        + [("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")].map { name, target in
            Nest.Mount(.link, "/proc/self/fd\(target)", "/dev/\(name)")
        } + [Nest.Mount(.processes, "", "/proc")]

    /// The root of an environment of a container image. All that is mounted over is there: `apus_image_finish`.
    private func nest(place: String, image: ImageRoot, spec: EnvironmentSpec) -> Nest {
        var mounts = [
            Nest.Mount(.bound, image.folder, "/"), Nest.Mount(.memory, "size=64k,mode=755", "/dev"),
        ]
        mounts += Self.kernel
        mounts.append(Nest.Mount(.bound, "\(self.runtimes)/extensions", "\(NestPaths.starter)/extensions"))
        mounts += ["resolv.conf", "hosts"].compactMap { name in
            let file = "\(self.etc)/\(name)"
            return ControlFiles.exists(file) ? Nest.Mount(.bound, file, "/etc/\(name)") : nil
        }
        mounts.append(Nest.Mount(.memory, "size=\(spec.ephemeralMiB)m,mode=1777", "/tmp"))
        if !spec.fileSystems.isEmpty { mounts.append(Nest.Mount(.memory, "size=64k,mode=755", "/mnt")) }
        return Nest(place: place, mounts: mounts + Self.fileSystems(spec))
    }

    private static func fileSystems(_ spec: EnvironmentSpec) -> [Nest.Mount] {
        spec.fileSystems.map { Nest.Mount(.changeable, $0.folder, $0.place) }
    }

    /// The root of an environment in a slot whose own folder is `place`.
    func nest(place: String, spec: EnvironmentSpec) throws(StartFailureError) -> Nest {
        if let image = spec.image { return self.nest(place: place, image: image, spec: spec) }
        if !spec.layerDirectories.isEmpty,
            let folder = self.others.first(where: { $0.hasPrefix(NestPaths.layers + "/") })
        {
            throw StartFailureError(
                sentence: "\(folder) is needed, and cannot be had together with layers, which take all of /opt")
        }
        return self.nest(
            place: place, ephemeralMiB: spec.ephemeralMiB, own: Self.own(spec) + Self.fileSystems(spec))
    }

    /// The same for one that waits for its function, of which `own` is added later.
    func nest(place: String, ephemeralMiB: Int) -> Nest {
        self.nest(place: place, ephemeralMiB: ephemeralMiB, own: [Nest.Mount(.folder, "", NestPaths.code)])
    }

    private func nest(place: String, ephemeralMiB: Int, own: [Nest.Mount]) -> Nest {
        var mounts = self.system
        mounts.append(Nest.Mount(.memory, "size=\(ephemeralMiB)m,mode=1777", "/tmp"))
        mounts += own
        if !own.contains(where: { $0.target == NestPaths.layers }) {
            mounts.append(Nest.Mount(.folder, "", NestPaths.layers))
        }
        mounts += self.others.map { Nest.Mount(.bound, $0, $0) }
        return Nest(place: place, mounts: mounts)
    }

    /// What is the function's own in its root.
    static func own(_ spec: EnvironmentSpec) -> [Nest.Mount] {
        let code = Nest.Mount(.bound, spec.codeDirectory, NestPaths.code)
        switch spec.layerDirectories.count {
        case 0: return [code]
        case 1: return [code, Nest.Mount(.bound, spec.layerDirectories[0], NestPaths.layers)]
        default:
            // The first of the lower folders is on top.
            let lower = spec.layerDirectories.reversed().map { folder in
                String(folder.flatMap { ":,\\".contains($0) ? ["\\", $0] : [$0] })
            }.joined(separator: ":")
            return [code, Nest.Mount(.overlay, "lowerdir=\(lower)", NestPaths.layers)]
        }
    }

    /// The folder that a program needs: its installation's, for one in a folder `bin`, else that it is in.
    static func installation(of program: String) -> String {
        var parts = program.split(separator: "/").dropLast()
        if parts.count > 1, parts.last == "bin" { parts.removeLast() }
        return "/" + parts.joined(separator: "/")
    }
}
