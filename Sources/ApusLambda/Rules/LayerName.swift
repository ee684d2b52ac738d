internal import ApusService

/// A layer as requests name it: by name, or by the ARN of the layer or of one of its versions.
package struct LayerName: Hashable, Sendable {
    package var key: LayerKey
    /// The number in the ARN of a version.
    package var number: UInt64?

    /// Reads a name that has passed the model's pattern; `account` and `region` are those of the request. nil when it names
    /// nothing after all.
    package init?(_ text: String, account: String, region: String) {
        guard text.hasPrefix("arn:") else {
            guard !text.isEmpty, !text.utf8.contains(UInt8(ascii: ":")) else { return nil }
            self.key = LayerKey(account: account, region: region, name: text)
            return
        }
        guard let arn = ARN(text), arn.service == "lambda" else { return nil }
        let parts = arn.resource.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count), parts[0] == "layer", !parts[1].isEmpty else { return nil }
        self.key = LayerKey(account: arn.account, region: arn.region, name: parts[1])
        guard parts.count == 3 else { return }
        guard let number = UInt64(parts[2]) else { return nil }
        self.number = number
    }
}
