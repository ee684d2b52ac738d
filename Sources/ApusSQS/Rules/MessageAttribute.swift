internal import ApusBase

/// A message attribute as it is stored.
package struct MessageAttribute: Equatable, Sendable {
    package enum Value: Equatable, Sendable {
        /// Of the types String and Number.
        case text(String)
        case binary([UInt8])

        package var count: Int {
            switch self {
            case .text(let text): text.utf8.count
            case .binary(let bytes): bytes.count
            }
        }
    }
    package var name: String
    /// `String`, `Number` or `Binary`, and perhaps a label of the sender's own: `Number.byte`.
    package var dataType: String
    package var value: Value

    package init(name: String, dataType: String, value: Value) {
        self.name = name
        self.dataType = dataType
        self.value = value
    }

    /// What it takes of the message's size.
    package var count: Int { self.name.utf8.count + self.dataType.utf8.count + self.value.count }

    /// The attribute as the API shows it.
    package var shape: MessageAttributeValue {
        switch self.value {
        case .text(let text): MessageAttributeValue(dataType: self.dataType, stringValue: text)
        case .binary(let bytes): MessageAttributeValue(dataType: self.dataType, binaryValue: bytes)
        }
    }

    /// The digest that clients compare, of attributes in the order of their names.
    ///
    /// For each: length and bytes of name, of type, a byte (1 text, 2 binary), length and bytes of the value; lengths
    /// in four bytes, big end first. Source:
    /// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
    package static func digest(_ attributes: [MessageAttribute]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(attributes.reduce(0) { $0 + $1.count + 13 })
        for attribute in attributes {
            Self.append(attribute.name, to: &bytes)
            Self.append(attribute.dataType, to: &bytes)
            switch attribute.value {
            case .text(let text):
                bytes.append(1)
                Self.append(text, to: &bytes)
            case .binary(let value):
                bytes.append(2)
                withUnsafeBytes(of: UInt32(value.count).bigEndian) { bytes.append(contentsOf: $0) }
                bytes.append(contentsOf: value)
            }
        }
        return Digest.md5(bytes)
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(text.utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: text.utf8)
    }
}
