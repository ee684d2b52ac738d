internal import ApusBase
package import ApusService
internal import Synchronization

/// Functions that run from a folder as it lies there, for development: `hot-reload` as the name of the bucket, the folder's path
/// as the key. A change in the folder is taken with the next invocation; without one, environments stay warm.
package final class HotFolders: Sendable {
    /// Whether functions may be made so. What was made so before goes on.
    package enum Permission: Sendable { case permitted, refused }

    /// The name of the bucket that there is not, as other tools have it.
    package static let bucket = "hot-reload"

    private struct Followed {
        var watch: FolderWatch
        var changes: UInt64 = 0
    }
    package let permission: Permission
    /// By the function's id.
    private let followed = Mutex<[UInt64: Followed]>([:])

    package init(_ permission: Permission) { self.permission = permission }

    /// The folder that a request names in place of a bucket's object; nil for an ordinary bucket's.
    ///
    /// Errors: InvalidParameterValueException for what is no folder that functions can run from.
    package func folder(bucket: String?, key: String?, in call: borrowing Call) throws(ServiceError) -> String? {
        guard bucket == Self.bucket, self.permission == .permitted, let key else { return nil }
        var path = key
        while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
        guard path.hasPrefix("/"), !path.utf8.contains(0), Files.isDirectory(path) else {
            throw LambdaError.invalidParameterValue(
                "The key of an object in the bucket \(Self.bucket) is the full path of a folder: \(key) is none.")
        }
        if let sentence = call.ports.runner.unreachable(folder: path) {
            throw LambdaError.invalidParameterValue(sentence)
        }
        return path
    }

    /// The key of the pool for the folder as it is now, and that of the pool before where it has just changed.
    ///
    /// Errors: ServiceException where the folder cannot be watched.
    func revision(of record: FunctionRecord, _ folder: String) throws(ServiceError) -> (now: String, before: String?) {
        let result: Result<(String, String?), FileError> = self.followed.withLock { followed in
            Result { () throws(FileError) in
                var entry: Followed
                if let known = followed[record.id], known.watch.path == folder {
                    entry = known
                } else {
                    entry = Followed(
                        watch: try FolderWatch(folder), changes: (followed[record.id]?.changes ?? 0) + 1)
                }
                let before = entry.changes
                if entry.watch.hasChanged() { entry.changes += 1 }
                followed[record.id] = entry
                let name = { (changes: UInt64) in "\(record.revision)-h\(changes)" }
                return (name(entry.changes), entry.changes == before ? nil : name(before))
            }
        }
        do throws(FileError) { return try result.get() } catch {
            throw LambdaError.service("The function's folder cannot be watched for changes: \(error).")
        }
    }

    /// Its function is no more, or runs from a package again. Returns the key of its pool, where it had one.
    func forget(_ record: FunctionRecord) -> String? {
        self.followed.withLock { followed in
            followed.removeValue(forKey: record.id).map { "\(record.revision)-h\($0.changes)" }
        }
    }
}

/// What a function runs from.
enum CodeSource: Sendable {
    case package(KeptPackage)
    case folder(String)
    case image(ContainerImage)

    var code: FunctionCodeRecord {
        switch self {
        case .package(let package): FunctionCodeRecord(package)
        case .image(let image): FunctionCodeRecord(blob: [], size: 0, sha256: image.digest)
        // It has no size, and another path is other code.
        case .folder(let path): FunctionCodeRecord(blob: [], size: 0, sha256: Digest.sha256(Array(path.utf8)))
        }
    }

    var folder: String? {
        if case .folder(let path) = self { return path }
        return nil
    }

    var image: ContainerImage? {
        if case .image(let image) = self { return image }
        return nil
    }
}
