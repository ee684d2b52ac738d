package import ApusBase
package import ApusStore

/// `5020, account, region, token`: a client request token that is known.
package struct TransactionTokenKey: StoreKey {
    package typealias Value = TransactionTokenRecord
    package static let tag = KeyTag.dynamoToken
    package var account: String
    package var region: String
    package var token: String

    package init(account: String, region: String, token: String) {
        self.account = account
        self.region = region
        self.token = token
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.account)
        encoder.append(self.region)
        encoder.append(self.token)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.account = try decoder.readString()
        self.region = try decoder.readString()
        self.token = try decoder.readString()
    }
}

/// `5021, time, account, region, token`: when a token is forgotten.
package struct TransactionTokenExpiryKey: StoreKey {
    package typealias Value = Presence
    package static let tag = KeyTag.dynamoTokenExpiry
    package var expires: Timestamp
    package var account: String
    package var region: String
    package var token: String

    package init(expires: Timestamp, token: TransactionTokenKey) {
        self.expires = expires
        self.account = token.account
        self.region = token.region
        self.token = token.token
    }

    /// Of the record that is forgotten then.
    package var record: TransactionTokenKey {
        TransactionTokenKey(account: self.account, region: self.region, token: self.token)
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.expires.milliseconds)
        self.record.encode(into: &encoder)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        let expires = Timestamp(milliseconds: try decoder.readInt64())
        self.init(expires: expires, token: try TransactionTokenKey(from: &decoder))
    }
}

/// What was asked for with a token.
package struct TransactionTokenRecord: StoreValue, Equatable {
    /// SHA-256 of the request.
    package var digest: [UInt8]
    package var expires: Timestamp

    package init(digest: [UInt8], expires: Timestamp) {
        self.digest = digest
        self.expires = expires
    }

    package func encode(into writer: inout RecordWriter) {
        writer.blob(self.digest)
        writer.timestamp(self.expires)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.digest = try reader.readBlob()
        self.expires = try reader.readTimestamp()
    }
}
