/// An Amazon Resource Name: `arn:partition:service:region:account:resource`.
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
package struct ARN: Hashable, Sendable, CustomStringConvertible {
    package var partition: String
    package var service: String
    /// Empty for global services such as IAM.
    package var region: String
    /// Empty where the resource's name is global (S3 buckets).
    package var account: String
    /// All that follows the fifth colon, colons and slashes included.
    package var resource: String

    package init(service: String, region: String, account: String, resource: String, partition: String = "aws") {
        self.partition = partition
        self.service = service
        self.region = region
        self.account = account
        self.resource = resource
    }

    /// Reads an ARN; nil when the text does not have the form.
    ///
    /// By bytes, as policies' patterns match it: for String a colon and an accent after it are one character.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].elementsEqual("arn".utf8), !parts[1].isEmpty, !parts[2].isEmpty,
            !parts[5].isEmpty
        else { return nil }
        self.init(
            service: String(Substring(parts[2])), region: String(Substring(parts[3])),
            account: String(Substring(parts[4])), resource: String(Substring(parts[5])),
            partition: String(Substring(parts[1])))
    }

    package var description: String {
        "arn:\(self.partition):\(self.service):\(self.region):\(self.account):\(self.resource)"
    }
}
