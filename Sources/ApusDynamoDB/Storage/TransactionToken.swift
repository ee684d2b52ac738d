internal import ApusBase
package import ApusService
internal import ApusStore
internal import ApusWire

/// The client request token of a transaction: for ten minutes the same request with it does nothing again.
package struct TransactionToken: Sendable {
    private let key: TransactionTokenKey
    private let digest: [UInt8]

    /// Nil where the request has none.
    package init?(_ input: TransactWriteItemsInput, in call: borrowing Call) throws(ServiceError) {
        guard let token = input.clientRequestToken else { return nil }
        self.key = TransactionTokenKey(account: call.account, region: call.region, token: token)
        // What is to be answered may differ from time to time.
        var request = input
        request.returnConsumedCapacity = nil
        request.returnItemCollectionMetrics = nil
        var writer = JSONShapeWriter()
        request.encode(to: &writer)
        self.digest = Digest.sha256(writer.bytes)
    }

    /// Whether the request was done already; throws where another one was, under this token.
    package func isKnown(in call: inout Call) throws(ServiceError) -> Bool {
        guard let record = try call.get(self.key), record.expires > call.now else { return false }
        guard record.digest == self.digest else {
            throw DynamoDBError.idempotentParameterMismatch(
                "The request was rejected because a request with the same client token and different parameters was already made"
            )
        }
        return true
    }

    /// Keeps it together with what the request wrote.
    package func keep(in call: inout Call) throws(ServiceError) {
        if let old = try call.get(self.key) {
            try call.delete(TransactionTokenExpiryKey(expires: old.expires, token: self.key))
        }
        let expires = call.now + DynamoDBLimits.tokenMilliseconds
        try call.put(self.key, TransactionTokenRecord(digest: self.digest, expires: expires))
        try call.put(TransactionTokenExpiryKey(expires: expires, token: self.key), Presence())
    }
}
