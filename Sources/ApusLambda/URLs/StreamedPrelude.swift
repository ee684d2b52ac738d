/// What a function that streams says first where it wants to choose status, headers and cookies: a JSON object and eight zero
/// bytes, in a stream of its own content type. Without I/O.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html and AWS's runtime for Node.js.
package struct StreamedPrelude: Sendable {
    package static let contentType = "application/vnd.awslambda.http-integration-response"
    /// The most that is read in search of its end: all headers of an answer.
    private static let maximumBytes = 256 * 1024
    private static let delimiterBytes = 8

    /// What has come of it; the whole, once `take` has answered bytes.
    package private(set) var json: [UInt8] = []
    package private(set) var isTooLong = false
    private var zeros = 0

    package init() {}

    /// Takes what comes next. Answers the bytes after the prelude once that is whole, nil before.
    package mutating func take(_ bytes: [UInt8]) -> [UInt8]? {
        for (index, byte) in bytes.enumerated() {
            self.zeros = byte == 0 ? self.zeros + 1 : 0
            self.json.append(byte)
            if self.zeros == Self.delimiterBytes {
                self.json.removeLast(Self.delimiterBytes)
                return Array(bytes[(index + 1)...])
            }
        }
        self.isTooLong = self.json.count > Self.maximumBytes
        return nil
    }
}
