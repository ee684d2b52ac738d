package import ApusBase
package import ApusService
package import ApusStore

/// `4025, account, region, name`: a layer. It stays when its versions are deleted: numbers are never used again.
package struct LayerKey: RegionalKey {
    package typealias Value = LayerRecord
    package static let tag = KeyTag.lambdaLayer
    package var account: String
    package var region: String
    package var name: String

    package init(account: String, region: String, name: String) {
        self.account = account
        self.region = region
        self.name = name
    }

    package var arn: ARN {
        ARN(service: "lambda", region: self.region, account: self.account, resource: "layer:\(self.name)")
    }
}

/// A layer.
package struct LayerRecord: StoreValue, Equatable {
    /// The number of the version that was published last.
    package var lastVersion: UInt64

    package init(lastVersion: UInt64) { self.lastVersion = lastVersion }
    package func encode(into writer: inout RecordWriter) { writer.uint(self.lastVersion) }
    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.lastVersion = try reader.readUInt()
    }
}

/// `4026, account, region, layer, number`: a layer's version.
package struct LayerVersionKey: StoreKey {
    package typealias Value = LayerVersionRecord
    package static let tag = KeyTag.lambdaLayerVersion
    package var account: String
    package var region: String
    package var layer: String
    package var number: UInt64

    package init(layer: LayerKey, number: UInt64) {
        self.account = layer.account
        self.region = layer.region
        self.layer = layer.name
        self.number = number
    }

    package func encode(into encoder: inout KeyEncoder) {
        self.layerKey.encode(into: &encoder)
        encoder.append(self.number)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.init(layer: try LayerKey(from: &decoder), number: try decoder.readInteger())
    }

    package static func all(of layer: LayerKey) -> KeyRange<LayerVersionKey> { Self.range { layer.encode(into: &$0) } }

    package var layerKey: LayerKey { LayerKey(account: self.account, region: self.region, name: self.layer) }

    package var arn: ARN {
        var arn = self.layerKey.arn
        arn.resource += ":\(self.number)"
        return arn
    }
}

/// A layer's version, which never changes.
package struct LayerVersionRecord: StoreValue, Equatable {
    package var code: FunctionCodeRecord
    package var description: String
    package var created: Timestamp
    package var runtimes: [String]
    package var architectures: [String]
    package var license: String?

    package init(
        code: FunctionCodeRecord, description: String, created: Timestamp, runtimes: [String], architectures: [String],
        license: String?
    ) {
        self.code = code
        self.description = description
        self.created = created
        self.runtimes = runtimes
        self.architectures = architectures
        self.license = license
    }

    package func encode(into writer: inout RecordWriter) {
        self.code.encode(into: &writer)
        writer.string(self.description)
        writer.timestamp(self.created)
        writer.strings(self.runtimes)
        writer.strings(self.architectures)
        writer.optional(self.license) { $0.string($1) }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.code = try FunctionCodeRecord(from: &reader)
        self.description = try reader.readString()
        self.created = try reader.readTimestamp()
        self.runtimes = try reader.readStrings()
        self.architectures = try reader.readStrings()
        self.license = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
    }
}

/// `4027, account, region, layer, number`: the resource policy of a layer's version.
package struct LayerPolicyKey: StoreKey {
    package typealias Value = FunctionPolicyRecord
    package static let tag = KeyTag.lambdaLayerPolicy
    package var account: String
    package var region: String
    package var layer: String
    package var number: UInt64

    package init(version: LayerVersionKey) {
        self.account = version.account
        self.region = version.region
        self.layer = version.layer
        self.number = version.number
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.account)
        encoder.append(self.region)
        encoder.append(self.layer)
        encoder.append(self.number)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.init(version: try LayerVersionKey(from: &decoder))
    }
}
