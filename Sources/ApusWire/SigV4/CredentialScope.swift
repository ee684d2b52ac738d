/// Whose key signed a request, and for which day, region and service the key was derived.
package struct CredentialScope: Hashable, Sendable {
    package static let terminator = "aws4_request"
    /// The longest part that is read; the longest that AWS documents is an access key id of 128 characters.
    static let maximumPartBytes = 128

    package let accessKeyID: String
    /// `YYYYMMDD`, UTC.
    package let date: String
    package let region: String
    /// The service's signing name, e.g. `sqs`.
    package let service: String

    package init(accessKeyID: String, date: String, region: String, service: String) {
        self.accessKeyID = accessKeyID
        self.date = date
        self.region = region
        self.service = service
    }

    /// Reads `AKID/20260102/us-east-1/sqs/aws4_request`.
    init(_ text: ArraySlice<UInt8>) throws(SignatureFailure) {
        let parts: [ArraySlice<UInt8>] = text.split(
            separator: UInt8(ascii: "/"), maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 5, !parts[0].isEmpty, parts.allSatisfy({ $0.count <= Self.maximumPartBytes }) else {
            throw .malformedCredential(String(decoding: text, as: UTF8.self))
        }
        guard parts[4].elementsEqual(Self.terminator.utf8) else {
            throw .wrongTerminator(String(decoding: parts[4], as: UTF8.self))
        }
        self.init(
            accessKeyID: String(decoding: parts[0], as: UTF8.self), date: String(decoding: parts[1], as: UTF8.self),
            region: String(decoding: parts[2], as: UTF8.self), service: String(decoding: parts[3], as: UTF8.self))
    }

    /// Amazon S3 and its relatives sign differently: the path as it is, payload hashes stated in a header.
    package var isS3: Bool { self.service == "s3" || self.service.hasPrefix("s3-") || self.service == "s3express" }
}
