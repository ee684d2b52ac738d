package import ApusBase
package import ApusService

/// Sequence numbers as clients see them: 21 digits, whose order as texts is that of the numbers.
package enum SequenceNumber {
    package static func text(_ number: UInt64) -> String {
        let digits = String(number)
        return "1" + String(repeating: "0", count: 20 - digits.utf8.count) + digits
    }

    /// nil for what is no number of ours.
    package static func number(_ text: String) -> UInt64? {
        guard text.utf8.count == 21, text.utf8.first == UInt8(ascii: "1") else { return nil }
        return UInt64(text.dropFirst())
    }
}

/// A shard iterator: a place in a shard, for fifteen minutes.
package struct StreamIterator: Equatable, Sendable {
    package var stream: StreamName
    package var shard: String
    /// The first record that is wanted.
    package var next: UInt64
    package var expires: Timestamp

    package init(stream: StreamName, shard: String, next: UInt64, expires: Timestamp) {
        self.stream = stream
        self.shard = shard
        self.next = next
        self.expires = expires
    }

    /// The stream's ARN, a version, and the rest in Base64, as AWS's iterators begin.
    package var text: String {
        var writer = RecordWriter()
        writer.string(self.shard)
        writer.uint(self.next)
        writer.timestamp(self.expires)
        return "\(self.stream.arn)|1|\(Base64.encode(writer.bytes))"
    }

    /// Errors: ValidationException where the text is no iterator.
    package init(_ text: String, in call: borrowing Call) throws(ServiceError) {
        let parts = text.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1] == "1", let bytes = Base64.decode(String(parts[2])) else { throw Self.invalid }
        do throws(ServiceError) { self.stream = try StreamName(arn: String(parts[0]), in: call) } catch {
            throw Self.invalid
        }
        do throws(RecordError) {
            var reader = RecordReader(bytes)
            self.shard = try reader.readString()
            self.next = try reader.readUInt()
            self.expires = try reader.readTimestamp()
        } catch {
            throw Self.invalid
        }
    }

    private static let invalid = CommonError.validation("Invalid ShardIterator")
}

extension StreamName {
    /// The stream that an ARN names: `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL`.
    package init(arn text: String, in call: borrowing Call) throws(ServiceError) {
        guard let arn = ARN(text), arn.service == "dynamodb", arn.region == call.region else {
            throw Self.invalid(text)
        }
        let parts = arn.resource.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == "table", parts[2] == "stream", TableReference.isName(parts[1]),
            !parts[3].isEmpty, arn.account.utf8.count == 12
        else { throw Self.invalid(text) }
        self.init(
            table: TableReference(account: arn.account, region: arn.region, name: parts[1]), label: parts[3])
    }

    private static func invalid(_ text: String) -> ServiceError {
        CommonError.validation("Invalid StreamArn: \(text)")
    }
}
