internal import ApusBase
internal import ApusService
internal import CApusSandbox
internal import Glibc

extension ImageStore {
    /// One image on its way: `pull` and `unpack` below its folder belong to the tools' user.
    struct Work {
        let tools: ImageTools
        let folder: String
        let limits: ImageLimits
        let credentials: String
        /// As the caller named the image.
        let name: String
        private let end: UInt64
        private static let longestSentence = 300

        init(tools: ImageTools, folder: String, limits: ImageLimits, credentials: String, name: String) {
            self.tools = tools
            self.folder = folder
            self.limits = limits
            self.credentials = credentials
            self.name = name
            self.end = Self.now + UInt64(limits.seconds) * 1000
        }

        /// In milliseconds.
        private static var now: UInt64 {
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            return UInt64(now.tv_sec) * 1000 + UInt64(now.tv_nsec) / 1_000_000
        }

        /// Copies the image into a layout of its own, `pull/layout`. Returns the digest that its registry has it under; nil:
        /// that of the copy counts.
        mutating func copy(_ source: ImagePlaces.Source) throws(ImageError) -> [UInt8]? {
            let copy = [self.tools.skopeo, "copy", "--insecure-policy", "--quiet"]
            switch source {
            case .layout(let folder, let tag):
                // As it is, layers compressed or not: the digest is that of the source.
                _ = try self.run(
                    copy + [
                        "--preserve-digests", "oci:\(folder)\(tag.isEmpty ? "" : ":\(tag)")", "oci:layout:image",
                    ], in: "pull")
                return nil
            case .registry(let name, let version, let isPlain):
                var login: [String] = []
                if !self.credentials.isEmpty {
                    try self.tools.copy(self.credentials, to: "\(self.folder)/pull/credentials")
                    login = ["--authfile", "credentials"]
                }
                let inspect = [
                    "/bin/sh", "-c", "exec \"$@\" > manifest", "sh", self.tools.skopeo, "inspect", "--raw",
                    "--tls-verify=\(!isPlain)",
                ]
                _ = try self.run(inspect + login + ["docker://\(name)\(version)"], in: "pull")
                let path = "\(self.folder)/pull/manifest"
                guard let size = try? Files.size(path), size <= 4 << 20, let manifest = try? Files.readAll(path) else {
                    throw self.invalid("its manifest is too large")
                }
                let digest = Digest.sha256(manifest)
                // By its digest: what was looked at is what is pulled.
                _ = try self.run(
                    copy + login + [
                        "--src-tls-verify=\(!isPlain)", "docker://\(name)@sha256:\(Hex.encode(digest))",
                        "oci:layout:image",
                    ], in: "pull")
                unlink("\(self.folder)/pull/credentials")
                return digest
            }
        }

        /// Unpacks the copy and puts it in order. Returns where it lies.
        mutating func unpack() throws(ImageError) -> String {
            // Without root's rights: no owners, no devices, nothing outside of its folder.
            _ = try self.run(
                [self.tools.umoci, "unpack", "--rootless", "--image", "../pull/layout:image", "bundle"], in: "unpack")
            let root = "\(self.folder)/unpack/bundle/rootfs"
            let failure = apus_image_finish(root)
            guard failure == 0 else { throw self.invalid("its files cannot be used: \(ErrorText.describe(failure))") }
            return root
        }

        private func run(_ arguments: [String], in part: String) throws(ImageError) -> String {
            let now = Self.now
            let left = now < self.end ? Int32(clamping: self.end - now) : 0
            let (status, output) = try self.tools.run(
                arguments, in: "\(self.folder)/\(part)", limits: self.limits, milliseconds: left)
            guard status == 0 else {
                let last = output.split(separator: "\n").last.map(String.init) ?? "exit status \(status)"
                throw self.invalid(String(last.prefix(Self.longestSentence)))
            }
            return output
        }

        /// In AWS's words, and what is the matter.
        func invalid(_ reason: String) -> ImageError {
            .refused("Source image \(self.name) is not valid. Provide a valid source image. (\(reason))")
        }
    }
}
