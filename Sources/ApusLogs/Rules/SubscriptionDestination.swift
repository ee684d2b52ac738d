package import ApusService

/// Where a subscription sends events: a function of the same account and region.
package struct SubscriptionDestination: Sendable, Equatable {
    /// The function's ARN, with a qualifier where it is given.
    package let arn: String

    /// Reads the destination of a PutSubscriptionFilter to `group`.
    ///
    /// Errors: InvalidParameterException; NotImplemented (501) for streams and logical destinations.
    package init(
        _ text: String, roleARN: String?, group: String, account: String, region: String
    ) throws(ServiceError) {
        guard let arn = ARN(text) else { throw LogsError.invalidParameter("Invalid destination ARN: \(text)") }
        switch arn.service {
        case "lambda":
            guard roleARN == nil else {
                throw LogsError.invalidParameter("destinationArn for vendor lambda cannot be used with roleArn")
            }
        case "kinesis", "firehose":
            guard roleARN != nil else {
                throw LogsError.invalidParameter(
                    "destinationArn for vendor \(arn.service) cannot be used without roleArn")
            }
            try UnsupportedSettings.refuse([("the subscription destination \(arn.service)", true)])
        case "logs":
            try UnsupportedSettings.refuse([("logical subscription destinations", true)])
        default:
            throw LogsError.invalidParameter(
                "PutSubscriptionFilter operation cannot work with destinationArn for vendor \(arn.service)")
        }
        let parts = arn.resource.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts[0] == "function", Self.isName(parts[1]),
            parts.count == 2 || (1...128).contains(parts[2].utf8.count)
        else {
            throw LogsError.invalidParameter("Invalid destination ARN: \(text)")
        }
        guard arn.account == account, arn.region == region else {
            throw LogsError.invalidParameter(
                "The destination function must belong to the same account and region as the log group.")
        }
        guard group != "/aws/lambda/\(parts[1])" else {
            throw LogsError.invalidParameter(
                "The log group provided is reserved for the function logs of the destination function.")
        }
        self.arn = text
    }

    /// What Lambda takes for a function's name; the model of Logs bounds an ARN by nothing.
    private static func isName(_ text: Substring) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
