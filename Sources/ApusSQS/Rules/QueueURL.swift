package import ApusService

/// A queue's URL: `http://host:port/account/name`. Only the last two parts say which queue it is; the queue's region is
/// the one in which the request was made.
package struct QueueURL: Equatable, Sendable {
    package var account: String
    package var name: String

    package init(account: String, name: String) {
        self.account = account
        self.name = name
    }

    /// nil when the text does not end in an account of 12 digits and a name.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        let name = bytes[bytes.index(after: slash)...]
        guard !name.isEmpty, let first = bytes.index(slash, offsetBy: -12, limitedBy: bytes.startIndex) else {
            return nil
        }
        let account = bytes[first..<slash]
        guard account.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else { return nil }
        if first > bytes.startIndex {
            guard bytes[bytes.index(before: first)] == UInt8(ascii: "/") else { return nil }
        }
        self.init(account: String(Substring(account)), name: String(Substring(name)))
    }

    /// The queue that a caller's URL names. Errors: `InvalidAddress`.
    package init(parsing text: String) throws(ServiceError) {
        guard let url = QueueURL(text) else {
            throw SQSError.invalidAddress("The address \(text) is not valid for this endpoint.")
        }
        self = url
    }

    /// The URL to give out to a caller who came to `endpoint`.
    package func text(endpoint: String) -> String { "\(endpoint)/\(self.account)/\(self.name)" }
}
