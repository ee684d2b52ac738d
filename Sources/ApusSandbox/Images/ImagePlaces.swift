/// Where container images may come from (`functions.images`), and what an address means by that.
package struct ImagePlaces: Sendable, Equatable {
    /// What is asked of skopeo.
    package enum Source: Sendable, Equatable {
        /// A folder with an OCI layout, and the tag in it; empty: its only image.
        case layout(folder: String, tag: String)
        /// `name` begins with the registry that is asked, and has no tag; `version` is `:tag`, `@sha256:…` or both.
        case registry(name: String, version: String, isPlain: Bool)
    }

    private struct Registry: Sendable, Equatable {
        var host: String
        var isPlain: Bool
    }
    /// Folders below which layouts may lie.
    package private(set) var folders: [String] = []
    private var registries: [String: Registry] = [:]

    package var isEmpty: Bool { self.folders.isEmpty && self.registries.isEmpty }

    /// - Parameter entries: each a folder, a registry's `HOST[:PORT]`, `http://HOST[:PORT]` for one without TLS, or `NAME=` and
    ///   one of these: images of the registry that addresses call NAME come from there. What `problem` finds fault
    ///   with is left out.
    package init(_ entries: [String] = []) {
        for entry in entries where Self.problem(entry) == nil {
            if entry.hasPrefix("/") {
                self.folders.append(entry)
                continue
            }
            let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
            let target = Self.registry(parts[parts.count - 1])
            self.registries[parts.count == 2 ? parts[0] : target.host] = target
        }
    }

    /// What is wrong with an entry; nil: nothing.
    package static func problem(_ entry: String) -> String? {
        if entry.hasPrefix("/") { return entry.utf8.contains(0) ? "is no folder" : nil }
        let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let isRight =
            Self.isHost(Self.registry(parts[parts.count - 1]).host) && (parts.count == 1 || Self.isHost(parts[0]))
        return isRight ? nil : "is neither a folder, nor a registry such as localhost:5000, nor NAME=REGISTRY"
    }

    private static func registry(_ text: String) -> Registry {
        text.hasPrefix("http://")
            ? Registry(host: String(text.dropFirst(7)), isPlain: true) : Registry(host: text, isPlain: false)
    }

    private static func isHost(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        return Self.isLetterOrDigit(first) && Self.isLetterOrDigit(last)
            && text.utf8.allSatisfy { byte in
                Self.isLetterOrDigit(byte) || byte == 0x2D || byte == 0x2E || byte == 0x3A
            }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    // MARK: Addresses

    /// What an address means. A layout's folder is as it was given: whether it is below a permitted one must be asked of the disk.
    ///
    /// Errors: the sentence for who gave it.
    package func source(_ uri: String) throws(ImageAddressError) -> Source {
        if uri.hasPrefix("oci:") { return try Self.layout(String(uri.dropFirst(4))) }
        let address = uri.hasPrefix("docker://") ? String(uri.dropFirst(9)) : uri
        guard let slash = address.firstIndex(of: "/") else { throw .invalid }
        let host = String(address[..<slash])
        var name = address[slash...]
        var version = ""
        if let at = name.firstIndex(of: "@") {
            guard Self.isDigest(name[at...]) else { throw .invalid }
            version = String(name[at...])
            name = name[..<at]
        }
        if let colon = name.firstIndex(of: ":") {
            guard Self.isTag(name[name.index(after: colon)...]) else { throw .invalid }
            // A digest says all that a tag does.
            if version.isEmpty { version = String(name[colon...]) }
            name = name[..<colon]
        }
        guard Self.isHost(host), Self.isRepository(name) else { throw .invalid }
        guard let registry = self.registries[host] else { throw .notPermitted("the registry \(host)") }
        return .registry(name: registry.host + name, version: version, isPlain: registry.isPlain)
    }

    private static func layout(_ text: String) throws(ImageAddressError) -> Source {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard text.hasPrefix("/"), parts.count <= 2, !text.utf8.contains(0) else { throw .invalid }
        if parts.count == 2, !Self.isTag(parts[1]) { throw .invalid }
        return .layout(folder: String(parts[0]), tag: parts.count == 2 ? String(parts[1]) : "")
    }

    private static func isTag(_ text: Substring) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { Self.isLetterOrDigit($0) || $0 == 0x5F || $0 == 0x2E || $0 == 0x2D }
    }

    private static func isDigest(_ text: Substring) -> Bool {
        text.hasPrefix("@sha256:") && text.utf8.count == 72
            && text.utf8.dropFirst(8).allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// `/one/two`: small letters, digits, and what may stand between them.
    private static func isRepository(_ text: Substring) -> Bool {
        guard (2...255).contains(text.utf8.count), !text.hasSuffix("/") else { return false }
        return text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
            !part.isEmpty && part != "." && part != ".."
                && part.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2E || byte == 0x5F
                        || byte == 0x2D
                }
        }
    }
}

/// Why an address leads to no image.
package enum ImageAddressError: Error, Equatable {
    /// It is none.
    case invalid
    /// The configuration does not name what it leads to.
    case notPermitted(String)
}
