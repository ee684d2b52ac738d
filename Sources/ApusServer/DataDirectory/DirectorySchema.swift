internal import ApusBase
internal import ApusStore

/// The file `schema`: which keys and record versions may lie in the store, by the releases that served the directory.
///
/// ```
/// apus 0.1.0      the release that last added a line
/// 2010 1          a key tag, and the newest record version under it; 0 where nothing is written
/// ```
/// A release adds to it what it may write before it writes anything, and takes nothing away. So one that does not know all
/// of it finds out before it overlooks a key or stumbles over a record, where the number in `format` is the same.
enum DirectorySchema {
    static func file(in path: String) -> String { path + "/schema" }

    /// Why this release must not serve a directory, as far as the file tells; nil where it may. Changes nothing.
    static func problem(in path: String) -> String? {
        guard let bytes = try? Files.readAll(self.file(in: path)) else { return nil }
        return Schema(String(decoding: bytes, as: UTF8.self)).problem.map { "\(path) \($0)" }
    }

    /// Refuses a directory that a release with more keys or newer records has served, and adds what this one has.
    ///
    /// Called with the directory locked, before the store in it is opened.
    static func ensure(in path: String) throws(ServerFailure) {
        let file = self.file(in: path)
        let found: Schema?
        do throws(FileError) {
            found = Files.exists(file) ? try Schema(String(decoding: Files.readAll(file), as: UTF8.self)) : nil
        } catch {
            throw ServerFailure(.data, "The data directory: \(error).")
        }
        if let found, let problem = found.problem { throw ServerFailure(.data, "\(path) \(problem)") }
        let own = Schema.own
        let whole = own.merged(with: found)
        if let found, found.versions == whole.versions { return }
        // On a full disk the server starts to read; it writes nothing then, and the next start adds the lines.
        try? Files.replace(file, with: Array(whole.text.utf8))
    }
}

/// What a file `schema` says.
struct Schema: Equatable {
    var release: String
    /// Record versions by tag.
    var versions: [UInt16: Int]

    static var own: Schema {
        let tags = KeyTag.allCases.map { ($0.rawValue, Int(KeyCatalog.recordVersion(of: $0))) }
        return Schema(release: ApusVersion.current, versions: Dictionary(uniqueKeysWithValues: tags))
    }

    init(release: String, versions: [UInt16: Int]) {
        self.release = release
        self.versions = versions
    }

    /// Reads what is there; a file that no release wrote says something that no release knows.
    init(_ text: String) {
        var lines = text.split(separator: "\n")[...]
        let first = lines.popFirst() ?? ""
        self.release = first.hasPrefix("apus ") ? String(first.dropFirst(5)) : "?"
        self.versions = [:]
        for line in lines {
            let words = line.split(separator: " ")
            guard words.count == 2, let tag = UInt16(words[0], radix: 16), let version = Int(words[1]) else {
                self.release = "?"
                continue
            }
            self.versions[tag] = version
        }
    }

    /// Why this release must not open the directory; nil where it may.
    var problem: String? {
        guard self.release != "?" else {
            return "has a file \"schema\" that no release of Apus wrote: restore the directory from a backup."
        }
        let own = Self.own.versions
        let tags = self.versions.sorted { $0.key < $1.key }
        guard let (tag, version) = tags.first(where: { $0.value > own[$0.key] ?? -1 }) else { return nil }
        let name = Hex.encode([UInt8(tag >> 8), UInt8(tag & 0xFF)])
        let what =
            own[tag].map {
                "may hold records of version \(version) under the key tag \(name), of which this release reads up to \($0)"
            }
            ?? "may hold keys with the tag \(name), which this release does not know"
        return
            "was served by a newer release of Apus: apus \(self.release) \(what). This is apus \(ApusVersion.current): start "
            + "\(self.release) or a newer one."
    }

    func merged(with other: Schema?) -> Schema {
        Schema(release: self.release, versions: self.versions.merging(other?.versions ?? [:]) { max($0, $1) })
    }

    var text: String {
        let lines = self.versions.sorted { $0.key < $1.key }.map { tag, version in
            "\(Hex.encode([UInt8(tag >> 8), UInt8(tag & 0xFF)])) \(version)"
        }
        return (["apus \(self.release)"] + lines).joined(separator: "\n") + "\n"
    }
}
