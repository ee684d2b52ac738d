internal import ApusBase
package import ApusService
internal import CApusSandbox
internal import Glibc
internal import NIOPosix
internal import Synchronization

/// Container images on this machine: pulled by skopeo, unpacked by umoci, kept under their digests.
///
///     images/roots/<digest>   the unpacked image; on the disk as a whole, or not there. Nobody but the server may pass `roots`.
///     images/work/<random>    what is being pulled; gone with the next start
package final class ImageStore: FunctionImages {
    private struct State {
        /// How many callers of `fetch` have not let go yet.
        var pins: [[UInt8]: Int] = [:]
        var waiting = 0
    }
    /// Pulls that may wait for others.
    private static let waitingPulls = 16

    private let roots: String
    private let work: String
    private let places: ImagePlaces
    private let limits: ImageLimits
    private let credentials: String
    private let isolation: Isolation
    private let hasUser: Bool
    private let entropy: any Entropy
    private let threads: NIOThreadPool
    private let state = Mutex(State())

    /// - Parameter threads: of its own: pulls take minutes.
    init(configuration: SandboxConfiguration, isolation: Isolation, entropy: any Entropy, threads: NIOThreadPool) {
        let directory = configuration.directory + "/images"
        self.roots = directory + "/roots"
        self.work = directory + "/work"
        self.places = ImagePlaces(configuration.images)
        self.limits = configuration.imageLimits
        self.credentials = configuration.imageCredentials
        self.isolation = isolation
        self.hasUser = geteuid() == 0
        self.entropy = entropy
        self.threads = threads
    }

    // MARK: Fetching

    package func fetch(_ uri: String) async throws(ImageError) -> ContainerImage {
        try await self.aside { store throws(ImageError) in
            let image = try store.pull(uri, name: uri)
            store.state.withLock { $0.pins[image.digest, default: 0] += 1 }
            return image
        }
    }

    package func letGo(_ image: ContainerImage) {
        self.state.withLock { state in
            let left = (state.pins[image.digest] ?? 1) - 1
            state.pins[image.digest] = left > 0 ? left : nil
        }
    }

    package func folder(of image: ContainerImage) async throws(ImageError) -> String {
        let folder = self.root(image.digest)
        if Files.isDirectory(folder) { return folder }
        // A layout has no addresses by digest: its tag may lead to another image by now.
        let isLayout = image.uri.hasPrefix("oci:")
        return try await self.aside { store throws(ImageError) in
            _ = try store.pull(isLayout ? image.uri : image.resolvedURI, name: image.uri, again: image)
            return folder
        }
    }

    /// Runs on a thread that may block.
    private func aside<Answer: Sendable>(
        _ body: @escaping @Sendable (ImageStore) throws(ImageError) -> Answer
    ) async throws(ImageError) -> Answer {
        let mayWait = self.state.withLock { state in
            guard state.waiting < Self.waitingPulls else { return false }
            state.waiting += 1
            return true
        }
        guard mayWait else { throw .unavailable("Too many images are being pulled at once.") }
        defer { self.state.withLock { $0.waiting -= 1 } }
        let result: Result<Answer, ImageError>
        do {
            result = try await self.threads.runIfActive {
                do throws(ImageError) { return .success(try body(self)) } catch { return .failure(error) }
            }
        } catch {
            throw .unavailable("The server is shutting down.")
        }
        return try result.get()
    }

    // MARK: Pulling

    private func root(_ digest: [UInt8]) -> String { "\(self.roots)/\(Hex.encode(digest))" }

    /// - Parameters:
    ///   - name: as it is called in answers.
    ///   - again: the one that it must be. Another is not unpacked: functions may run from that one, or none may.
    private func pull(
        _ uri: String, name: String, again lost: ContainerImage? = nil
    ) throws(ImageError) -> ContainerImage {
        let (tools, source) = try self.check(uri)
        let folder = "\(self.work)/\(self.entropy.uuid())"
        guard ControlFiles.makeDirectories(self.work, mode: 0o711), ControlFiles.makeDirectory(self.roots, mode: 0o700),
            ControlFiles.makeDirectory(folder, mode: 0o711)
        else { throw .unavailable("\(folder) could not be made: \(ErrorText.describe(errno))") }
        defer {
            apus_empty_directory(folder)
            rmdir(folder)
        }
        for part in ["pull", "unpack"] { try tools.makeFolder("\(folder)/\(part)") }
        var work = Work(tools: tools, folder: folder, limits: self.limits, credentials: self.credentials, name: name)
        let digest = try work.copy(source)
        guard let manifest = ImageManifest(layout: "\(folder)/pull/layout") else {
            throw work.invalid("it has no manifest")
        }
        let final = digest ?? manifest.digest
        if let lost, lost.digest != final {
            throw .unavailable(
                "The image \(lost.resolvedURI) is lost, and \(name) is another one now. Update the function's code.")
        }
        if !Files.isDirectory(self.root(final)) {
            let root = try work.unpack()
            guard rename(root, self.root(final)) == 0 || errno == ENOTEMPTY || errno == EEXIST else {
                throw .unavailable("\(self.root(final)) could not be made: \(ErrorText.describe(errno))")
            }
            do { try Files.synchronizeDirectory(self.roots) } catch { throw .unavailable(error.description) }
        }
        return ContainerImage(
            uri: name, resolvedURI: Self.resolved(name, final), digest: final, entryPoint: manifest.entryPoint,
            command: manifest.command, workingDirectory: manifest.workingDirectory, variables: manifest.variables)
    }

    /// The address with the digest in place of the tag.
    static func resolved(_ uri: String, _ digest: [UInt8]) -> String {
        let start = uri.lastIndex(of: "/") ?? uri.startIndex
        let end = uri[start...].firstIndex { $0 == ":" || $0 == "@" } ?? uri.endIndex
        return "\(uri[..<end])@sha256:\(Hex.encode(digest))"
    }

    /// Everything that can be said before anything is pulled.
    private func check(_ uri: String) throws(ImageError) -> (ImageTools, ImagePlaces.Source) {
        guard self.isolation == .namespaces else {
            throw .refused(
                "Functions run from container images in namespaces alone, not with functions.isolation=process.")
        }
        guard !self.places.isEmpty else {
            throw .refused(
                "This server takes no container images: the setting functions.images names the registries and the folders that "
                    + "they may come from.")
        }
        guard let tools = ImageTools(hasUser: self.hasUser) else {
            throw .refused(
                "Container images need programs that this machine does not have: install the packages "
                    + ImageTools.missing.joined(separator: " and ") + ".")
        }
        let source: ImagePlaces.Source
        do throws(ImageAddressError) { source = try self.places.source(uri) } catch {
            switch error {
            case .invalid: throw .refused("Source image \(uri) is not valid. Provide a valid source image.")
            case .notPermitted(let what): throw Self.notPermitted(what)
            }
        }
        guard case .layout(let folder, let tag) = source else { return (tools, source) }
        let real = Self.real(folder)
        let permitted = self.places.folders.compactMap(Self.real)
        // What is not there and what is not permitted are told alike.
        guard let real, permitted.contains(where: { real == $0 || real.hasPrefix($0 == "/" ? $0 : $0 + "/") }),
            !real.contains(":")
        else { throw Self.notPermitted("the folder \(folder)") }
        return (tools, .layout(folder: real, tag: tag))
    }

    private static func notPermitted(_ what: String) -> ImageError {
        .refused("Container images may not come from \(what): the setting functions.images does not name it.")
    }

    private static func real(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    // MARK: Removing

    package func forget(digest: [UInt8]) {
        self.threads.submit { _ in
            let isPinned = self.state.withLock { $0.pins[digest] != nil }
            if !isPinned { self.remove(digest) }
        }
    }

    /// By a new name at first, under which nobody looks for it.
    private func remove(_ digest: [UInt8]) {
        let folder = "\(self.work)/\(self.entropy.uuid())"
        guard rename(self.root(digest), folder) == 0 else { return }
        apus_empty_directory(folder)
        rmdir(folder)
    }

    package func keep(only digests: Set<[UInt8]>) {
        self.threads.submit { _ in
            for name in ControlFiles.list(self.work) {
                apus_empty_directory("\(self.work)/\(name)")
                rmdir("\(self.work)/\(name)")
            }
            for name in ControlFiles.list(self.roots) {
                let digest = Hex.decode(name) ?? []
                let isPinned = self.state.withLock { $0.pins[digest] != nil }
                if !digests.contains(digest), !isPinned { self.remove(digest) }
            }
        }
    }

    /// The Debian packages with programs that images need and that are not there.
    package static var missingTools: [String] { ImageTools.missing }
}
