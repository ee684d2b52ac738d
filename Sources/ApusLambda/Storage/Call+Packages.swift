package import ApusService
package import ApusStore

/// Who names a package.
package enum PackageHolder: Hashable, Sendable {
    /// `$LATEST` of the function, nil; or one of its versions.
    case function(UInt64, number: UInt64?)
    case layer(LayerVersionKey)

    package init(_ record: FunctionRecord) { self = .function(record.id, number: record.number) }

    /// As keys have it; never the same for two holders.
    var text: String {
        switch self {
        case .function(let id, let number): "f\(String(id, radix: 16)):\(number.map(String.init) ?? "")"
        case .layer(let key): "l\(key.arn)"
        }
    }
}

/// Packages that several versions, functions and layers name: released with the last of them.
extension Call {
    /// Notes that `holder` names a package.
    package mutating func hold(_ code: FunctionCodeRecord, for holder: PackageHolder) throws(ServiceError) {
        guard let blob = BlobID(bytes: code.blob) else { return }
        try self.put(PackageUseKey(blob: blob, holder: holder.text), Presence())
    }

    /// `holder` names a package no more. Returns it where nobody does: then it is released with this transaction, and its
    /// folder is of no use.
    ///
    /// Functions of releases without versions have not noted that they hold their packages: they hold them alone.
    package mutating func letGo(_ code: FunctionCodeRecord, of holder: PackageHolder) throws(ServiceError) -> BlobID? {
        guard let blob = BlobID(bytes: code.blob) else { return nil }
        try self.delete(PackageUseKey(blob: blob, holder: holder.text))
        guard try self.first(PackageUseKey.all(blob: blob)) == nil else { return nil }
        try self.release(blob)
        return blob
    }

    /// Notes that a version holds its package and its layers'.
    package mutating func holdAll(of record: FunctionRecord) throws(ServiceError) {
        let holder = PackageHolder(record)
        try self.hold(record.code, for: holder)
        for layer in record.configuration.layers { try self.hold(layer.code, for: holder) }
        try self.holdImage(of: record)
    }

    /// A version is no more. Returns the packages that nobody names.
    package mutating func letGoAll(of record: FunctionRecord) throws(ServiceError) -> [BlobID] {
        let holder = PackageHolder(record)
        try self.letGoImage(of: record)
        var released: [BlobID] = []
        for code in [record.code] + record.configuration.layers.map(\.code) {
            if let blob = try self.letGo(code, of: holder) { released.append(blob) }
        }
        return released
    }
}
