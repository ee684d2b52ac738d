/// What is known of a request once its answer is made; for the log and the metrics.
package struct RequestRecord: Sendable {
    package var requestID: String
    /// As in metrics: `sqs`; `unknown` where nothing could be told.
    package var service: String
    /// AWS's name of the operation; `unknown` likewise.
    package var operation: String
    package var status: Int
    /// AWS's error code where the answer is an error.
    package var code: String?
    /// The account of the authenticated caller.
    package var account: String?
    package var durationNanoseconds: UInt64
    package var bytesIn: Int
    package var bytesOut: Int

    package init(
        requestID: String, service: String, operation: String, status: Int, code: String? = nil, account: String? = nil,
        durationNanoseconds: UInt64, bytesIn: Int, bytesOut: Int
    ) {
        self.requestID = requestID
        self.service = service
        self.operation = operation
        self.status = status
        self.code = code
        self.account = account
        self.durationNanoseconds = durationNanoseconds
        self.bytesIn = bytesIn
        self.bytesOut = bytesOut
    }

    var fields: [(name: String, value: LogFormat.Value)] {
        var fields: [(name: String, value: LogFormat.Value)] = []
        fields.reserveCapacity(7)
        fields.append(("status", .integer(self.status)))
        if let code = self.code { fields.append(("code", .text(code))) }
        fields.append(("durationMicroseconds", .integer(Int(self.durationNanoseconds / 1_000))))
        if let account = self.account { fields.append(("account", .text(account))) }
        fields.append(("bytesIn", .integer(self.bytesIn)))
        fields.append(("bytesOut", .integer(self.bytesOut)))
        fields.append(("requestId", .text(self.requestID)))
        return fields
    }
}
