package import ApusBase
package import ApusStore
internal import Synchronization

/// Functions' packages: kept as blobs, unpacked into folders that environments share.
///
/// A folder is made once per package and server start, under the blob's name, by a rename, so that it is whole or not there.
/// What an earlier start left is removed in the background: after a power cut nothing vouches for it.
package final class PackageStore: Sendable {
    private enum Folder {
        /// Its path, and the bytes of its files.
        case ready(String, Int)
        case unpacking([CheckedContinuation<Result<String, PackageError>, Never>])
    }
    private let blobs: BlobStore
    /// This start's own folder.
    private let root: String
    private let folders = Mutex<[BlobID: Folder]>([:])

    /// - Parameter directory: where folders are made; must let functions' users pass.
    package init(blobs: BlobStore, directory: String, entropy: any Entropy) throws(FileError) {
        self.blobs = blobs
        try Files.createDirectory(directory, permissions: 0o711)
        self.root = directory + "/" + entropy.identifier(alphabet: "abcdefghijklmnopqrstuvwxyz0123456789", count: 16)
        for old in try Files.names(in: directory) { try Files.removeTree(directory + "/" + old) }
        try Files.createDirectory(self.root, permissions: 0o711)
    }

    /// Keeps a package: durable, checked, unpacked. It is lost unless the caller's transaction adopts it.
    package func keep(_ package: [UInt8]) async throws(PackageError) -> KeptPackage {
        let blob: StoredBlob
        do throws(BlobError) { blob = try await self.blobs.write(package) } catch { throw .unavailable("\(error)") }
        do throws(PackageError) {
            _ = try await self.folder(of: blob.id)
        } catch {
            self.blobs.discard(blob)
            throw error
        }
        let bytes: Int = self.folders.withLock { folders in
            if case .ready(_, let bytes) = folders[blob.id] { return bytes }
            return 0
        }
        return KeptPackage(blob: blob, unzippedBytes: bytes)
    }

    /// Gives up a package that no transaction adopted.
    package func discard(_ blob: StoredBlob) {
        self.blobs.discard(blob)
        self.forget(blob.id)
    }

    /// The package itself, as it was uploaded.
    package func read(_ id: BlobID) async throws(PackageError) -> [UInt8] {
        do throws(BlobError) { return try await self.blobs.read(id) } catch { throw .unavailable("\(error)") }
    }

    /// The folder of a package that is unpacked already, without waiting.
    package func readyFolder(of id: BlobID) -> String? {
        self.folders.withLock { folders in
            if case .ready(let path, _) = folders[id] { return path }
            return nil
        }
    }

    /// The folder of a package, unpacked now if it is not yet.
    package func folder(of id: BlobID) async throws(PackageError) -> String {
        let result: Result<String, PackageError> = await withCheckedContinuation { continuation in
            let (ready, starts): (String?, Bool) = self.folders.withLock { folders in
                switch folders[id] {
                case .ready(let path, _): return (path, false)
                case .unpacking(let waiting):
                    folders[id] = .unpacking(waiting + [continuation])
                    return (nil, false)
                case nil:
                    folders[id] = .unpacking([continuation])
                    return (nil, true)
                }
            }
            if let ready { return continuation.resume(returning: .success(ready)) }
            if starts { self.unpack(id) }
        }
        return try result.get()
    }

    /// Removes the folder of a package that no function has any more. Environments that still run keep their open files.
    package func forget(_ id: BlobID) {
        let path: String? = self.folders.withLock { folders in
            guard case .ready(let path, _) = folders[id] else { return nil }
            folders[id] = nil
            return path
        }
        guard let path else { return }
        // Nothing depends on it being gone: the next start removes what stays.
        try? Files.removeTree(path)
    }

    private func unpack(_ id: BlobID) {
        self.blobs.read(id) { read in
            // On the blob store's thread, which may block.
            let unpacked: Result<(path: String, bytes: Int), PackageError>
            switch read {
            case .failure(let error): unpacked = .failure(.unavailable("\(error)"))
            case .success(let bytes): unpacked = Result { () throws(PackageError) in try self.unpack(bytes, as: id) }
            }
            let waiting: [CheckedContinuation<Result<String, PackageError>, Never>] = self.folders.withLock { folders in
                guard case .unpacking(let waiting) = folders[id] else { return [] }
                if case .success(let folder) = unpacked {
                    folders[id] = .ready(folder.path, folder.bytes)
                } else {
                    folders[id] = nil
                }
                return waiting
            }
            for continuation in waiting { continuation.resume(returning: unpacked.map { $0.path }) }
        }
    }

    private func unpack(_ bytes: [UInt8], as id: BlobID) throws(PackageError) -> (path: String, bytes: Int) {
        let final = self.root + "/" + id.description
        let temporary = final + ".part"
        do {
            let archive = try ZipArchive(
                bytes, maximumBytes: LambdaLimits.unzippedBytes, maximumEntries: LambdaLimits.zippedFiles)
            try? Files.removeTree(temporary)
            try PackageFolder.write(archive, to: temporary)
            try Files.rename(temporary, to: final)
            return (final, archive.entries.reduce(0) { $0 + $1.size })
        } catch let error as ZipArchive.ZipError {
            try? Files.removeTree(temporary)
            throw error.isTooLarge ? .tooLarge : .invalid(error.description)
        } catch let error as FileError {
            try? Files.removeTree(temporary)
            throw .unavailable(error.description)
        } catch {
            throw .unavailable("\(error)")
        }
    }
}
