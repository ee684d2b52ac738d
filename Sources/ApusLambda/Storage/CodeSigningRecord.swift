package import ApusBase
package import ApusService
package import ApusStore

/// `4029, account, region, id`: a code signing configuration. `id` begins with `csc-`.
package struct CodeSigningKey: StoreKey {
    package typealias Value = CodeSigningRecord
    package static let tag = KeyTag.lambdaCodeSigning
    package var account: String
    package var region: String
    package var id: String

    package init(account: String, region: String, id: String) {
        self.account = account
        self.region = region
        self.id = id
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.account)
        encoder.append(self.region)
        encoder.append(self.id)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.account = try decoder.readString()
        self.region = try decoder.readString()
        self.id = try decoder.readString()
    }

    package static func all(account: String, region: String) -> KeyRange<CodeSigningKey> {
        Self.range { encoder in
            encoder.append(account)
            encoder.append(region)
        }
    }

    package var arn: ARN {
        ARN(service: "lambda", region: self.region, account: self.account, resource: "code-signing-config:\(self.id)")
    }
}

/// A code signing configuration.
package struct CodeSigningRecord: StoreValue, Equatable {
    package var description: String?
    package var publishers: [String]
    package var modified: Timestamp
    package var tags: [String: String]

    package init(description: String?, publishers: [String], modified: Timestamp, tags: [String: String]) {
        self.description = description
        self.publishers = publishers
        self.modified = modified
        self.tags = tags
    }

    package func encode(into writer: inout RecordWriter) {
        writer.optional(self.description) { $0.string($1) }
        writer.strings(self.publishers)
        writer.timestamp(self.modified)
        writer.stringMap(self.tags)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.description = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.publishers = try reader.readStrings()
        self.modified = try reader.readTimestamp()
        self.tags = try reader.readStringMap()
    }
}

/// `402A, account, region, configuration, function`: which functions a configuration is of, by its id and their names.
package struct CodeSigningUseKey: StoreKey {
    package typealias Value = Presence
    package static let tag = KeyTag.lambdaCodeSigningUse
    package var account: String
    package var region: String
    package var configuration: String
    package var function: String

    package init(configuration: CodeSigningKey, function: String) {
        self.account = configuration.account
        self.region = configuration.region
        self.configuration = configuration.id
        self.function = function
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.account)
        encoder.append(self.region)
        encoder.append(self.configuration)
        encoder.append(self.function)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.init(configuration: try CodeSigningKey(from: &decoder), function: try decoder.readString())
    }

    package static func all(of configuration: CodeSigningKey) -> KeyRange<CodeSigningUseKey> {
        Self.range { configuration.encode(into: &$0) }
    }
}
