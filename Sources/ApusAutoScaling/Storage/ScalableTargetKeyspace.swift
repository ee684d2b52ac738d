package import ApusBase
package import ApusStore

// Where everything of Application Auto Scaling lies.
//
//     scalableTarget     account, region, namespace, resource, dimension     ScalableTargetRecord: bounds, policies, tags

/// `6001, account, region, namespace, resource, dimension`: a scalable target.
package struct ScalableTargetKey: StoreKey, Hashable {
    package typealias Value = ScalableTargetRecord
    package static let tag = KeyTag.scalableTarget
    package var account: String
    package var region: String
    package var namespace: String
    package var resource: String
    package var dimension: String

    package init(account: String, region: String, namespace: String, resource: String, dimension: String) {
        self.account = account
        self.region = region
        self.namespace = namespace
        self.resource = resource
        self.dimension = dimension
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.account)
        encoder.append(self.region)
        encoder.append(self.namespace)
        encoder.append(self.resource)
        encoder.append(self.dimension)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.account = try decoder.readString()
        self.region = try decoder.readString()
        self.namespace = try decoder.readString()
        self.resource = try decoder.readString()
        self.dimension = try decoder.readString()
    }

    /// The targets of an account in a region; of one namespace where it is given.
    package static func all(
        account: String, region: String, namespace: String? = nil
    ) -> KeyRange<ScalableTargetKey> {
        Self.range { encoder in
            encoder.append(account)
            encoder.append(region)
            if let namespace { encoder.append(namespace) }
        }
    }
}

/// A scalable target with its policies.
package struct ScalableTargetRecord: StoreValue, Equatable {
    /// In its ARN.
    package var id: String
    package var created: Timestamp
    package var minimum: Int
    package var maximum: Int
    package var role: String
    /// What is suspended: scaling in, scaling out, scaling by the clock.
    package var suspended: [Bool] = [false, false, false]
    package var tags: [String: String] = [:]
    /// By name.
    package var policies: [ScalingPolicyRecord] = []

    package init(id: String, created: Timestamp, minimum: Int, maximum: Int, role: String) {
        self.id = id
        self.created = created
        self.minimum = minimum
        self.maximum = maximum
        self.role = role
    }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.id)
        writer.timestamp(self.created)
        writer.int(self.minimum)
        writer.int(self.maximum)
        writer.string(self.role)
        for isSuspended in self.suspended { writer.bool(isSuspended) }
        writer.stringMap(self.tags)
        writer.array(self.policies) { writer, policy in
            writer.string(policy.name)
            writer.string(policy.id)
            writer.timestamp(policy.created)
            writer.blob(policy.configuration)
        }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.id = try reader.readString()
        self.created = try reader.readTimestamp()
        self.minimum = Int(try reader.readInt())
        self.maximum = Int(try reader.readInt())
        self.role = try reader.readString()
        self.suspended = [try reader.readBool(), try reader.readBool(), try reader.readBool()]
        self.tags = try reader.readStringMap()
        self.policies = try reader.readArray { (reader) throws(RecordError) in
            ScalingPolicyRecord(
                name: try reader.readString(), id: try reader.readString(), created: try reader.readTimestamp(),
                configuration: try reader.readBlob())
        }
    }
}

/// A policy of target tracking.
package struct ScalingPolicyRecord: Equatable, Sendable {
    package var name: String
    /// In its ARN.
    package var id: String
    package var created: Timestamp
    /// TargetTrackingScalingPolicyConfiguration as JSON.
    package var configuration: [UInt8]

    package init(name: String, id: String, created: Timestamp, configuration: [UInt8]) {
        self.name = name
        self.id = id
        self.created = created
        self.configuration = configuration
    }
}
