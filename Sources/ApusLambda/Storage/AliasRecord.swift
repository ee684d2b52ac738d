package import ApusBase
package import ApusStore

/// `4021, function, name`: an alias.
package struct AliasKey: StoreKey {
    package typealias Value = AliasRecord
    package static let tag = KeyTag.lambdaAlias
    package var function: UInt64
    package var name: String

    package init(function: UInt64, name: String) {
        self.function = function
        self.name = name
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.function)
        encoder.append(self.name)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.function = try decoder.readInteger()
        self.name = try decoder.readString()
    }

    package static func all(function: UInt64) -> KeyRange<AliasKey> { Self.range { $0.append(function) } }
}

/// A name for a version, or for two between which invocations are divided.
package struct AliasRecord: StoreValue, Equatable {
    /// `$LATEST` or a version's number.
    package var version: String
    package var description: String
    /// Another version, and the share of invocations that it gets, from 0 to 1. AWS lets there be one.
    package var weights: [String: Double]
    package var revisionID: String

    package init(version: String, description: String = "", weights: [String: Double] = [:], revisionID: String) {
        self.version = version
        self.description = description
        self.weights = weights
        self.revisionID = revisionID
    }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.version)
        writer.string(self.description)
        writer.map(self.weights) { $0.double($1) }
        writer.string(self.revisionID)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.version = try reader.readString()
        self.description = try reader.readString()
        self.weights = try reader.readMap { (reader) throws(RecordError) in try reader.readDouble() }
        self.revisionID = try reader.readString()
    }

    /// Whether an invocation may come to the version.
    package func names(_ version: String) -> Bool { self.version == version || self.weights[version] != nil }

    /// The version that an invocation gets.
    ///
    /// - Parameter dice: from 0 to 1, without 1.
    package func version(dice: Double) -> String {
        var reached = 0.0
        for (version, weight) in self.weights.sorted(by: { $0.key < $1.key }) {
            reached += weight
            if dice < reached { return version }
        }
        return self.version
    }
}
