internal import ApusService

/// The rules of message attributes.
///
/// Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
package enum MessageAttributeRules {
    /// The attributes of a request, checked, in the order of their names.
    package static func checked(_ given: [String: MessageAttributeValue]?) throws(MessageFault) -> [MessageAttribute] {
        guard let given, !given.isEmpty else { return [] }
        guard given.count <= SQSLimits.messageAttributes else {
            throw self.fault(
                "Number of message attributes [\(given.count)] exceeds the allowed maximum "
                    + "[\(SQSLimits.messageAttributes)]."
            )
        }
        var attributes: [MessageAttribute] = []
        attributes.reserveCapacity(given.count)
        for (name, value) in given {
            guard value.stringListValues == nil, value.binaryListValues == nil else {
                throw .other(
                    SQSError.unsupportedOperation(
                        "Message attribute list values in SendMessage operation are not supported."))
            }
            try self.checkName(name)
            let text = value.stringValue
            attributes.append(try self.checked(name, type: value.dataType, text: text, binary: value.binaryValue))
        }
        attributes.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return attributes
    }

    /// The trace header among a request's system attributes, of which it is the only one.
    package static func traceHeader(
        _ given: [String: MessageSystemAttributeValue]?
    ) throws(MessageFault) -> MessageAttribute? {
        guard let given, !given.isEmpty else { return nil }
        for name in given.keys.sorted() where name != "AWSTraceHeader" {
            throw self.fault("Message system attribute name '\(name)' is invalid.")
        }
        guard let value = given["AWSTraceHeader"] else { return nil }
        guard value.dataType == "String" else {
            throw self.fault(
                "The message system attribute 'AWSTraceHeader' must have the data type String, not '\(value.dataType)'."
            )
        }
        return try self.checked(
            "AWSTraceHeader", type: value.dataType, text: value.stringValue, binary: value.binaryValue)
    }

    private static func checked(
        _ name: String, type: String, text: String?, binary: [UInt8]?
    ) throws(MessageFault) -> MessageAttribute {
        guard !type.isEmpty else {
            throw self.fault("The message attribute '\(name)' must contain non-empty message attribute type.")
        }
        let prefix = type.utf8.prefix { $0 != UInt8(ascii: ".") }
        let base = String(Substring(prefix))
        guard ["String", "Number", "Binary"].contains(base), SQSLimits.attributeType.contains(type.utf8.count),
            MessageText.isAllowed(type)
        else {
            throw self.fault(
                "The type of message (user) attribute '\(name)' is invalid. You must use only the following supported "
                    + "type prefixes: Binary, Number, String.")
        }
        if base == "Binary" {
            guard let binary, !binary.isEmpty, text == nil else { throw self.empty(name, type) }
            return MessageAttribute(name: name, dataType: type, value: .binary(binary))
        }
        guard let text, !text.isEmpty, binary == nil else { throw self.empty(name, type) }
        guard MessageText.isAllowed(text) else { throw .other(MessageRules.invalidCharacters) }
        if base == "Number", !self.isNumber(text) {
            throw self.fault("Can't cast the value of message (user) attribute '\(name)' to a number.")
        }
        return MessageAttribute(name: name, dataType: type, value: .text(text))
    }

    private static func checkName(_ name: String) throws(MessageFault) {
        guard !name.isEmpty else { throw self.fault("The request must contain non-empty message attribute name.") }
        guard SQSLimits.attributeName.contains(name.utf8.count) else {
            throw self.fault("Length of message attribute name must be less than 256 bytes.")
        }
        let isWellFormed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isWellFormed else {
            throw self.fault(
                "The message attribute name '\(name)' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore "
                    + "(_), hyphen (-), and period (.) characters.")
        }
        guard name.utf8.first != UInt8(ascii: "."), name.utf8.last != UInt8(ascii: "."), !name.contains("..") else {
            throw self.fault(
                "The message attribute name '\(name)' is invalid. Attribute name can not start or end with a period "
                    + "(.), or have periods in succession.")
        }
        let lower = name.lowercased()
        guard !lower.hasPrefix("aws."), !lower.hasPrefix("amazon.") else {
            throw self.fault(
                "The message attribute name '\(name)' is invalid. Attribute name can not start with AWS-reserved "
                    + "prefixes."
            )
        }
    }

    /// An integer or decimal number, perhaps with an exponent.
    private static func isNumber(_ text: String) -> Bool {
        let first = text.utf8.first
        guard
            first == UInt8(ascii: "-") || first == UInt8(ascii: "+") || first == UInt8(ascii: ".")
                || text.first?.isNumber == true
        else { return false }
        return text.utf8.allSatisfy { $0 < 0x80 } && Double(text)?.isFinite == true && !text.lowercased().contains("x")
    }

    private static func empty(_ name: String, _ type: String) -> MessageFault {
        self.fault("Message (user) attribute '\(name)' must contain a non-empty value of type '\(type)'.")
    }

    private static func fault(_ message: String) -> MessageFault { .other(CommonError.invalidParameterValue(message)) }
}
