package import ApusBase

/// What a function is sent: `{"awslogs":{"data":"…"}}` with the events as JSON, compressed, in Base64.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html and
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
package struct SubscriptionPayload: Sendable {
    package struct Event: Sendable, Equatable {
        package var id: EventID
        package var time: Timestamp
        package var message: String
        /// Of patterns in brackets: names without `$`.
        package var fields: [String: String]?

        package init(id: EventID, time: Timestamp, message: String, fields: [String: String]? = nil) {
            self.id = id
            self.time = time
            self.message = message
            self.fields = fields
        }
    }
    package var owner: String
    package var group: String
    package var stream: String
    package var filter: String

    package init(owner: String, group: String, stream: String, filter: String) {
        self.owner = owner
        self.group = group
        self.stream = stream
        self.filter = filter
    }

    /// The function's events that carry `events`: one, or more where one would be larger than a function takes. An event that
    /// is too large by itself is left out.
    package func batches(_ events: [Event]) -> [[UInt8]] {
        guard !events.isEmpty else { return [] }
        let batch = self.batch(events[...])
        if batch.count <= LogsLimits.subscriptionBytes { return [batch] }
        guard events.count > 1 else { return [] }
        let middle = events.count / 2
        return self.batches(Array(events[..<middle])) + self.batches(Array(events[middle...]))
    }

    private func batch(_ events: ArraySlice<Event>) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("awslogs")
        writer.beginObject()
        writer.key("data")
        writer.base64(Gzip.compress(self.data(events)))
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    private func data(_ events: ArraySlice<Event>) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("messageType")
        writer.string("DATA_MESSAGE")
        writer.key("owner")
        writer.string(self.owner)
        writer.key("logGroup")
        writer.string(self.group)
        writer.key("logStream")
        writer.string(self.stream)
        writer.key("subscriptionFilters")
        writer.beginArray()
        writer.string(self.filter)
        writer.endArray()
        writer.key("logEvents")
        writer.beginArray()
        for event in events { Self.write(event, to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ event: Event, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.string(event.id.description)
        writer.key("timestamp")
        writer.int(event.time.milliseconds)
        writer.key("message")
        writer.string(event.message)
        if let fields = event.fields {
            writer.key("extractedFields")
            writer.beginObject()
            for (name, text) in fields.sorted(by: { $0.key < $1.key }) {
                writer.key(name)
                writer.string(text)
            }
            writer.endObject()
        }
        writer.endObject()
    }
}
