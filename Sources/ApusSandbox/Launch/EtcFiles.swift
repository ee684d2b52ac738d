internal import ApusBase
internal import Glibc

/// The `/etc` of environments: copies of what names, certificates and interpreters need, and nothing that only root may read.
enum EtcFiles {
    private static let copied = [
        "alternatives", "ca-certificates.conf", "crypto-policies", "fonts", "gai.conf", "host.conf", "hosts",
        "ld.so.cache",
        "localtime", "mime.types", "nsswitch.conf", "os-release", "pki/ca-trust", "pki/tls", "protocols", "resolv.conf",
        "services", "ssl/certs", "ssl/openssl.cnf", "timezone",
    ]
    /// Names that begin so are copied too: `/etc/java-17-openjdk`, `/etc/python3.11`.
    private static let prefixes = ["java", "python3"]
    private static let depth = 8
    private static let bytesPerFile = 4 << 20

    private enum Entry {
        case folder
        case file([UInt8])
        case link(String)
    }

    /// Writes them below `directory`, into a folder named after their content, and returns it. nil when the disk refuses.
    ///
    /// - Parameters:
    ///   - users: the ids that environments run as.
    ///   - network: where names are asked for in the environment itself; nil: where the host asks.
    static func install(into directory: String, users: Range<UInt32>, network: OwnNetwork? = nil) -> String? {
        var entries: [(path: String, entry: Entry)] = []
        for parent in ["pki", "ssl"] { entries.append((parent, .folder)) }
        let more = ControlFiles.list("/etc").filter { name in Self.prefixes.contains { name.hasPrefix($0) } }.sorted()
        for name in Self.copied + more { Self.collect(name, depth: Self.depth, into: &entries) }
        let root = "root:x:0:0:root:/:/sbin/nologin\n"
        let named = users.map { ("sbx_user\($0 - users.lowerBound)", $0) }
        let passwd = root + named.map { "\($0):x:\($1):\($1)::/tmp:/sbin/nologin\n" }.joined()
        let group = "root:x:0:\n" + named.map { "\($0):x:\($1):\n" }.joined()
        entries.append(("passwd", .file(Array(passwd.utf8))))
        entries.append(("group", .file(Array(group.utf8))))
        if network != nil {
            let resolver = Self.resolver(ControlFiles.read("/etc/resolv.conf") ?? "")
            entries.removeAll { $0.path == "resolv.conf" }
            entries.append(("resolv.conf", .file(Array(resolver.utf8))))
        }
        return Self.write(entries, into: directory)
    }

    /// The host's settings, but another place to ask.
    static func resolver(_ host: String) -> String {
        let kept = host.split(separator: "\n").filter { $0.hasPrefix("search") || $0.hasPrefix("options") }
        return (["nameserver 127.0.0.1"] + kept).joined(separator: "\n") + "\n"
    }

    private static func collect(_ name: String, depth: Int, into entries: inout [(path: String, entry: Entry)]) {
        let path = "/etc/\(name)"
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFLNK {
            guard let real = realpath(path, nil) else { return }
            defer { free(real) }
            let target = String(cString: real)
            if target.hasPrefix("/usr/") { return entries.append((name, .link(target))) }
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            guard depth > 0 else { return }
            entries.append((name, .folder))
            for child in ControlFiles.list(path).sorted() {
                Self.collect("\(name)/\(child)", depth: depth - 1, into: &entries)
            }
        } else if status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o4 != 0, status.st_size <= Self.bytesPerFile,
            var bytes = try? Files.readAll(path)
        {
            // The name of every environment's machine, and that of Lambda's documents for what listens in it.
            if name == "hosts" { bytes += Array("\n127.0.0.1 lambda sandbox.localdomain sandbox\n".utf8) }
            entries.append((name, .file(bytes)))
        }
    }

    private static func write(_ entries: [(path: String, entry: Entry)], into directory: String) -> String? {
        var content: [UInt8] = []
        for (path, entry) in entries {
            content += Array(path.utf8) + [0]
            switch entry {
            case .folder: content.append(1)
            case .file(let bytes): content += [2] + Array(Digest.sha256(bytes))
            case .link(let target): content += [3] + Array(target.utf8) + [0]
            }
        }
        let folder = "\(directory)/\(Hex.encode(Array(Digest.sha256(content).prefix(8))))"
        if ControlFiles.exists("\(folder).complete") { return folder }
        guard ControlFiles.makeDirectories(directory, mode: 0o755), ControlFiles.makeDirectory(folder, mode: 0o755)
        else {
            return nil
        }
        for (name, entry) in entries {
            let path = "\(folder)/\(name)"
            switch entry {
            case .folder: guard ControlFiles.makeDirectory(path, mode: 0o755) else { return nil }
            case .file(let bytes):
                guard ControlFiles.write(path, bytes), chmod(path, 0o644) == 0 else { return nil }
            case .link(let target): guard symlink(target, path) == 0 || errno == EEXIST else { return nil }
            }
        }
        return ControlFiles.write("\(folder).complete", "") ? folder : nil
    }

    /// Where a symbolic link points to.
    static func link(_ path: String) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
            let count = readlink(path, buffer.baseAddress!, buffer.count)
            guard count > 0 else { return nil }
            return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
