package import ApusStore

/// `4020, function, number`: a published version.
package struct VersionKey: NumberedKey {
    package typealias Value = FunctionRecord
    package static let tag = KeyTag.lambdaVersion
    package var function: UInt64
    package var number: UInt64

    package init(function: UInt64, number: UInt64) {
        self.function = function
        self.number = number
    }
}

/// `4022, function, qualifier`: the resource policy of a version or an alias.
package struct QualifiedPolicyKey: QualifierKey {
    package typealias Value = FunctionPolicyRecord
    package static let tag = KeyTag.lambdaQualifiedPolicy
    package var function: UInt64
    package var qualifier: String

    package init(function: UInt64, qualifier: String) {
        self.function = function
        self.qualifier = qualifier
    }
}

/// `4028, blob, holder`: somebody names a package. A package without holders is released.
package struct PackageUseKey: StoreKey {
    package typealias Value = Presence
    package static let tag = KeyTag.lambdaPackageUse
    package var blob: BlobID
    /// A function's version or a layer's: `PackageHolder`.
    package var holder: String

    package init(blob: BlobID, holder: String) {
        self.blob = blob
        self.holder = holder
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(fixed: self.blob.bytes)
        encoder.append(self.holder)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        guard let blob = BlobID(bytes: try decoder.readFixed(count: BlobID.byteCount)) else { throw KeyError() }
        self.blob = blob
        self.holder = try decoder.readString()
    }

    package static func all(blob: BlobID) -> KeyRange<PackageUseKey> { Self.range { $0.append(fixed: blob.bytes) } }
}

/// `402D, digest, holder`: a version runs from a container image. An image without holders is removed.
package struct ImageUseKey: StoreKey {
    package typealias Value = Presence
    package static let tag = KeyTag.lambdaImageUse
    /// The SHA-256 of the image's manifest.
    package var digest: [UInt8]
    /// A function's version: `PackageHolder`.
    package var holder: String

    package init(digest: [UInt8], holder: String) {
        self.digest = digest
        self.holder = holder
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(fixed: self.digest)
        encoder.append(self.holder)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.digest = try decoder.readFixed(count: 32)
        self.holder = try decoder.readString()
    }

    package static var all: KeyRange<ImageUseKey> { Self.range { _ in } }
    package static func all(digest: [UInt8]) -> KeyRange<ImageUseKey> { Self.range { $0.append(fixed: digest) } }
}
