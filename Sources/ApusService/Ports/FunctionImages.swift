/// A container image as functions run from it.
package struct ContainerImage: Equatable, Sendable {
    /// As whoever made the function named it.
    package var uri: String
    /// The same with the digest in place of a tag.
    package var resolvedURI: String
    /// The SHA-256 of its manifest, under which it is kept: 32 bytes.
    package var digest: [UInt8]
    package var entryPoint: [String]
    package var command: [String]
    /// Empty: the root.
    package var workingDirectory: String
    package var variables: [String: String]

    package init(
        uri: String, resolvedURI: String, digest: [UInt8], entryPoint: [String] = [], command: [String] = [],
        workingDirectory: String = "", variables: [String: String] = [:]
    ) {
        self.uri = uri
        self.resolvedURI = resolvedURI
        self.digest = digest
        self.entryPoint = entryPoint
        self.command = command
        self.workingDirectory = workingDirectory
        self.variables = variables
    }
}

/// Why an image cannot be had, as a sentence for the caller.
package enum ImageError: Error, Sendable, Equatable {
    /// What was named is no image, is none that may be used, or cannot run here.
    case refused(String)
    /// The machine refused, or takes too long; the same may succeed later.
    case unavailable(String)
}

/// The container images that functions run from: pulled, unpacked, and kept by their digests across starts of the server.
package protocol FunctionImages: Sendable {
    /// Has an image pulled and unpacked, unless it is there. It is kept until `letGo` at least, whatever is forgotten meanwhile.
    func fetch(_ uri: String) async throws(ImageError) -> ContainerImage

    /// The caller of `fetch` has noted that the image is used, or that it is not.
    func letGo(_ image: ContainerImage)

    /// The folder of an image that was fetched once. One that has been lost is pulled again, by its digest.
    func folder(of image: ContainerImage) async throws(ImageError) -> String

    /// Removes an image that no function has any more. Environments that still run keep their open files.
    func forget(digest: [UInt8])

    /// Removes all others. Called once, at the start.
    func keep(only digests: Set<[UInt8]>)
}

/// Where nothing runs functions from images.
package struct NoImages: FunctionImages {
    package init() {}
    package func fetch(_ uri: String) async throws(ImageError) -> ContainerImage {
        throw .refused("Functions do not run from container images here.")
    }
    package func letGo(_ image: ContainerImage) {}
    package func folder(of image: ContainerImage) async throws(ImageError) -> String {
        throw .unavailable("Functions do not run from container images here.")
    }
    package func forget(digest: [UInt8]) {}
    package func keep(only digests: Set<[UInt8]>) {}
}

extension FunctionRunner {
    package var images: any FunctionImages { NoImages() }

    package func folder(ofAccessPoint arn: String) -> Result<String, RuntimeRefusal> {
        .failure(.notImplemented("Functions have no file systems here."))
    }
}
