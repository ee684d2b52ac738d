/// What the log and the metrics learn of one request.
package struct RequestRecord: Sendable {
    package var requestID: String
    /// `SQS`; `-` where the request could not be routed.
    package var service: String
    /// `SendMessage`; `-` where the request could not be routed.
    package var operation: String
    package var status: Int
    /// The error's code; nil for a success.
    package var errorCode: String?
    package var account: String?
    package var durationNanoseconds: UInt64
    package var requestBytes: Int
    package var responseBytes: Int

    package init(
        requestID: String, service: String, operation: String, status: Int, errorCode: String?, account: String?,
        durationNanoseconds: UInt64, requestBytes: Int, responseBytes: Int
    ) {
        self.requestID = requestID
        self.service = service
        self.operation = operation
        self.status = status
        self.errorCode = errorCode
        self.account = account
        self.durationNanoseconds = durationNanoseconds
        self.requestBytes = requestBytes
        self.responseBytes = responseBytes
    }
}

/// Keeps records: metrics and the request log. Called on event loops and between commits: must be quick.
package protocol RequestRecorder: Sendable {
    func record(_ record: RequestRecord)
}
