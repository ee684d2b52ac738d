package import ApusBase
package import ApusStore

/// `4003, function`: the function's URL.
package struct FunctionURLKey: StoreKey {
    package typealias Value = FunctionURLRecord
    package static let tag = KeyTag.lambdaURL
    package var function: UInt64

    package init(function: UInt64) { self.function = function }
    package func encode(into encoder: inout KeyEncoder) { encoder.append(self.function) }
    package init(from decoder: inout KeyDecoder) throws(KeyError) { self.function = try decoder.readInteger() }
}

/// `4007, function, qualifier`: the URL of an alias.
package struct AliasURLKey: QualifierKey {
    package typealias Value = FunctionURLRecord
    package static let tag = KeyTag.lambdaAliasURL
    package var function: UInt64
    package var qualifier: String

    package init(function: UInt64, qualifier: String) {
        self.function = function
        self.qualifier = qualifier
    }
}

/// `4004, id`: whose URL has that id.
package struct FunctionURLByIDKey: StoreKey {
    package typealias Value = FunctionURLOwner
    package static let tag = KeyTag.lambdaURLByID
    package var id: String

    package init(id: String) { self.id = id }
    package func encode(into encoder: inout KeyEncoder) { encoder.append(self.id) }
    package init(from decoder: inout KeyDecoder) throws(KeyError) { self.id = try decoder.readString() }
}

/// The function behind a URL.
package struct FunctionURLOwner: StoreValue, Equatable {
    package var key: FunctionKey
    /// Of the function's record: one made again under the same name does not answer at the old one's URL.
    package var function: UInt64
    /// The alias whose URL it is; nil: the function's own. Since version 2.
    package var qualifier: String?

    package static var version: UInt8 { 2 }

    package init(key: FunctionKey, function: UInt64, qualifier: String? = nil) {
        self.key = key
        self.function = function
        self.qualifier = qualifier
    }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.key.account)
        writer.string(self.key.region)
        writer.string(self.key.name)
        writer.uint(self.function)
        writer.optional(self.qualifier) { $0.string($1) }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.key = FunctionKey(
            account: try reader.readString(), region: try reader.readString(), name: try reader.readString())
        self.function = try reader.readUInt()
        guard version >= 2 else { return }
        self.qualifier = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
    }
}

/// A function's URL.
package struct FunctionURLRecord: StoreValue, Equatable {
    package static let version: UInt8 = 2

    /// 32 lower-case letters and digits.
    package var id: String
    /// `NONE` or `AWS_IAM`.
    package var authType: String
    package var cors: CORSSettings?
    package var created: Timestamp
    package var modified: Timestamp
    /// `BUFFERED` or `RESPONSE_STREAM`. Since version 2.
    package var invokeMode: String

    package init(
        id: String, authType: String, cors: CORSSettings?, created: Timestamp, modified: Timestamp,
        invokeMode: String = "BUFFERED"
    ) {
        self.id = id
        self.authType = authType
        self.cors = cors
        self.created = created
        self.modified = modified
        self.invokeMode = invokeMode
    }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.id)
        writer.string(self.authType)
        writer.optional(self.cors) { $1.encode(into: &$0) }
        writer.timestamp(self.created)
        writer.timestamp(self.modified)
        writer.string(self.invokeMode)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.id = try reader.readString()
        self.authType = try reader.readString()
        self.cors = try reader.readOptional { (reader) throws(RecordError) in try CORSSettings(from: &reader) }
        self.created = try reader.readTimestamp()
        self.modified = try reader.readTimestamp()
        self.invokeMode = version >= 2 ? try reader.readString() : "BUFFERED"
    }
}

/// Cross-origin settings of a function's URL; nil: not given.
package struct CORSSettings: Equatable, Sendable {
    package var allowCredentials: Bool?
    package var allowHeaders: [String]?
    package var allowMethods: [String]?
    package var allowOrigins: [String]?
    package var exposeHeaders: [String]?
    package var maxAgeSeconds: Int?

    package init(
        allowCredentials: Bool? = nil, allowHeaders: [String]? = nil, allowMethods: [String]? = nil,
        allowOrigins: [String]? = nil, exposeHeaders: [String]? = nil, maxAgeSeconds: Int? = nil
    ) {
        self.allowCredentials = allowCredentials
        self.allowHeaders = allowHeaders
        self.allowMethods = allowMethods
        self.allowOrigins = allowOrigins
        self.exposeHeaders = exposeHeaders
        self.maxAgeSeconds = maxAgeSeconds
    }

    fileprivate func encode(into writer: inout RecordWriter) {
        writer.optional(self.allowCredentials) { $0.bool($1) }
        for list in [self.allowHeaders, self.allowMethods, self.allowOrigins, self.exposeHeaders] {
            writer.optional(list) { $0.strings($1) }
        }
        writer.optional(self.maxAgeSeconds) { $0.int($1) }
    }

    fileprivate init(from reader: inout RecordReader) throws(RecordError) {
        self.allowCredentials = try reader.readOptional { (reader) throws(RecordError) in try reader.readBool() }
        self.allowHeaders = try reader.readOptional { (reader) throws(RecordError) in try reader.readStrings() }
        self.allowMethods = try reader.readOptional { (reader) throws(RecordError) in try reader.readStrings() }
        self.allowOrigins = try reader.readOptional { (reader) throws(RecordError) in try reader.readStrings() }
        self.exposeHeaders = try reader.readOptional { (reader) throws(RecordError) in try reader.readStrings() }
        self.maxAgeSeconds = try reader.readOptional { (reader) throws(RecordError) in Int(try reader.readInt()) }
    }
}
