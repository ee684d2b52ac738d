package import ApusService
internal import ApusStore

/// Images that several versions and functions run from: kept until the last of them is gone.
extension Call {
    /// Notes that a version runs from its image, where it has one.
    package mutating func holdImage(of record: FunctionRecord) throws(ServiceError) {
        guard let image = record.configuration.surroundings.image else { return }
        try self.put(ImageUseKey(digest: image.digest, holder: PackageHolder(record).text), Presence())
    }

    /// A version runs from its image no more. Where none does, the image is removed once this is durable.
    package mutating func letGoImage(of record: FunctionRecord) throws(ServiceError) {
        guard let image = record.configuration.surroundings.image else { return }
        try self.delete(ImageUseKey(digest: image.digest, holder: PackageHolder(record).text))
        guard try !self.isImageUsed(image.digest) else { return }
        let images = self.ports.runner.images
        self.afterCommit { images.forget(digest: image.digest) }
    }

    package mutating func isImageUsed(_ digest: [UInt8]) throws(ServiceError) -> Bool {
        try self.first(ImageUseKey.all(digest: digest)) != nil
    }

    /// The digests of all images that something runs from.
    package mutating func usedImages() throws(ServiceError) -> Set<[UInt8]> {
        var digests: Set<[UInt8]> = []
        try self.scan(ImageUseKey.all) { key, _ in
            digests.insert(key.digest)
            return .next
        }
        return digests
    }
}
