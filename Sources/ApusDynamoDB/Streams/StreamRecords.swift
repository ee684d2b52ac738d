internal import ApusBase
package import ApusService
internal import DynamoDBItems

/// A record of a stream, as its readers see it.
package struct StreamEntry: Sendable {
    package let stream: StreamName
    package let id: UInt64
    package let view: StreamSettings.View
    package let sequence: UInt64
    package let change: StreamChange

    package init(stream: StreamName, record: TableStreamRecord, sequence: UInt64, change: StreamChange) {
        self.stream = stream
        self.id = record.id
        self.view = record.view
        self.sequence = sequence
        self.change = change
    }

    /// The same for the same record, whoever asks and how often.
    private var eventID: String {
        var writer = RecordWriter()
        writer.uint(self.id)
        writer.uint(self.sequence)
        return Hex.encode(Array(Digest.sha256(writer.bytes).prefix(16)))
    }

    private static let expirer = IdentityShape(principalId: "dynamodb.amazonaws.com", type: "Service")

    /// As GetRecords answers it.
    package var shape: RecordShape {
        RecordShape(
            eventID: self.eventID, eventName: self.change.kind.name, eventVersion: "1.1",
            eventSource: "aws:dynamodb", awsRegion: self.stream.table.region,
            dynamodb: StreamRecordShape(
                approximateCreationDateTime: self.seconds, keys: ItemInput(self.change.keys),
                newImage: self.change.newImage.map { ItemInput($0) },
                oldImage: self.change.oldImage.map { ItemInput($0) },
                sequenceNumber: SequenceNumber.text(self.sequence), sizeBytes: self.change.size,
                streamViewType: self.view.name),
            userIdentity: self.change.isExpiry ? Self.expirer : nil)
    }

    /// "rounded down to the closest second" (API_streams_StreamRecord).
    private var seconds: Timestamp {
        Timestamp(milliseconds: self.change.time.milliseconds / 1000 * 1000)
    }

    /// As a function's event shows it.
    package var event: StreamRecord {
        StreamRecord(
            sequenceNumber: SequenceNumber.text(self.sequence), partitionKey: self.change.keys.json,
            arrival: self.change.time, json: self.json)
    }

    private var json: [UInt8] {
        var json = JSONWriter()
        func text(_ name: StaticString, _ value: String) {
            json.key("\(name)")
            json.string(value)
        }
        json.beginObject()
        text("eventID", self.eventID)
        text("eventName", self.change.kind.name)
        text("eventVersion", "1.1")
        text("eventSource", "aws:dynamodb")
        text("awsRegion", self.stream.table.region)
        json.key("dynamodb")
        json.beginObject()
        json.key("ApproximateCreationDateTime")
        json.int(Int(self.seconds.milliseconds / 1000))
        json.key("Keys")
        self.change.keys.write(to: &json)
        if let image = self.change.newImage {
            json.key("NewImage")
            image.write(to: &json)
        }
        if let image = self.change.oldImage {
            json.key("OldImage")
            image.write(to: &json)
        }
        text("SequenceNumber", SequenceNumber.text(self.sequence))
        json.key("SizeBytes")
        json.int(self.change.size)
        text("StreamViewType", self.view.name)
        json.endObject()
        text("eventSourceARN", self.stream.arn)
        if self.change.isExpiry {
            json.key("userIdentity")
            json.beginObject()
            text("type", "Service")
            text("principalId", "dynamodb.amazonaws.com")
            json.endObject()
        }
        json.endObject()
        return json.bytes
    }
}
