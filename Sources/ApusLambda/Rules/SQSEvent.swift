internal import ApusBase
package import ApusService

/// The event that a function gets for a batch of messages.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
package enum SQSEvent {
    package static func json(_ messages: [IncomingMessage], queue: ARN) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("Records")
        writer.beginArray()
        for message in messages { self.write(message, queue, to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// The messages in runs of which each is small enough for one invocation, in their order.
    package static func split(_ messages: [IncomingMessage], maximumBytes: Int) -> [[IncomingMessage]] {
        var runs: [[IncomingMessage]] = []
        var size = Int.max
        for message in messages {
            let bytes = self.bytes(of: message)
            if size > maximumBytes - bytes {
                runs.append([])
                size = 0
            }
            runs[runs.count - 1].append(message)
            size += bytes
        }
        return runs
    }

    /// What a message takes in the event, a little more than less.
    private static func bytes(of message: IncomingMessage) -> Int {
        var writer = JSONWriter()
        self.write(message, ARN(service: "sqs", region: "", account: "", resource: ""), to: &writer)
        return writer.bytes.count + 256
    }

    private static func write(_ message: IncomingMessage, _ queue: ARN, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("messageId")
        writer.string(message.id)
        writer.key("receiptHandle")
        writer.string(message.receipt)
        writer.key("body")
        writer.string(message.body)
        writer.key("attributes")
        writer.beginObject()
        for (name, value) in message.systemAttributes.sorted(by: { $0.key < $1.key }) {
            writer.key(name)
            writer.string(value)
        }
        writer.endObject()
        writer.key("messageAttributes")
        writer.beginObject()
        for (name, attribute) in message.attributes.sorted(by: { $0.key < $1.key }) {
            writer.key(name)
            self.write(attribute, to: &writer)
        }
        writer.endObject()
        if let md5 = message.attributesMD5 {
            writer.key("md5OfMessageAttributes")
            writer.string(md5)
        }
        writer.key("md5OfBody")
        writer.string(message.bodyMD5)
        writer.key("eventSource")
        writer.string("aws:sqs")
        writer.key("eventSourceARN")
        writer.string(queue.description)
        writer.key("awsRegion")
        writer.string(queue.region)
        writer.endObject()
    }

    private static func write(_ attribute: IncomingMessage.Attribute, to writer: inout JSONWriter) {
        writer.beginObject()
        if let text = attribute.stringValue {
            writer.key("stringValue")
            writer.string(text)
        }
        if let bytes = attribute.binaryValue {
            writer.key("binaryValue")
            writer.string(Base64.encode(bytes))
        }
        writer.key("stringListValues")
        writer.beginArray()
        writer.endArray()
        writer.key("binaryListValues")
        writer.beginArray()
        writer.endArray()
        writer.key("dataType")
        writer.string(attribute.dataType)
        writer.endObject()
    }
}
