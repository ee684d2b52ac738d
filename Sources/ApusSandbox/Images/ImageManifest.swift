internal import ApusBase
internal import ApusService

/// What an OCI layout of one image says of it.
struct ImageManifest {
    private static let largestBytes = 4 << 20

    /// The SHA-256 of the manifest.
    var digest: [UInt8]
    var entryPoint: [String]
    var command: [String]
    var workingDirectory: String
    var variables: [String: String]

    /// nil: there is no such image there.
    init?(layout: String) {
        guard let index = Self.json("\(layout)/index.json"),
            let text = index["manifests"]?.arrayValue?.first?["digest"]?.stringValue, let digest = Self.digest(text),
            let manifest = Self.blob(text, in: layout),
            let configuration = manifest["config"]?["digest"]?.stringValue,
            let config = Self.blob(configuration, in: layout)?["config"]
        else { return nil }
        self.digest = digest
        self.entryPoint = Self.strings(config["Entrypoint"])
        self.command = Self.strings(config["Cmd"])
        self.workingDirectory = config["WorkingDir"]?.stringValue ?? ""
        self.variables = [:]
        for variable in Self.strings(config["Env"]) {
            let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !variable.utf8.contains(0) else { continue }
            self.variables[String(parts[0])] = String(parts[1])
        }
    }

    /// The bytes of `sha256:…`.
    static func digest(_ text: String) -> [UInt8]? {
        guard text.hasPrefix("sha256:"), let bytes = Hex.decode(String(text.dropFirst(7))), bytes.count == 32 else {
            return nil
        }
        return bytes
    }

    private static func blob(_ digest: String, in layout: String) -> JSONValue? {
        guard let bytes = Self.digest(digest) else { return nil }
        return Self.json("\(layout)/blobs/sha256/\(Hex.encode(bytes))")
    }

    private static func json(_ path: String) -> JSONValue? {
        guard let size = try? Files.size(path), size <= Self.largestBytes, let bytes = try? Files.readAll(path) else {
            return nil
        }
        return try? JSONValue(parsing: bytes)
    }

    private static func strings(_ value: JSONValue?) -> [String] {
        (value?.arrayValue ?? []).compactMap(\.stringValue).filter { !$0.utf8.contains(0) }
    }
}
