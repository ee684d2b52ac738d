package import ApusBase
internal import ApusStore

/// A metric filter.
package struct LogMetricFilterRecord: StoreValue, Equatable {
    /// How a metric is made from an event.
    package struct Transformation: Sendable, Equatable {
        package var metricName: String
        package var metricNamespace: String
        package var metricValue: String
        package var defaultValue: Double?
        package var dimensions: [String: String]
        package var unit: String?

        package init(
            metricName: String, metricNamespace: String, metricValue: String, defaultValue: Double? = nil,
            dimensions: [String: String] = [:], unit: String? = nil
        ) {
            self.metricName = metricName
            self.metricNamespace = metricNamespace
            self.metricValue = metricValue
            self.defaultValue = defaultValue
            self.dimensions = dimensions
            self.unit = unit
        }
    }
    package var pattern: String
    /// Whether the pattern has a regular expression: a group may have few such.
    package var hasRegex: Bool
    package var created: Timestamp
    package var transformations: [Transformation]

    package init(pattern: String, hasRegex: Bool, created: Timestamp, transformations: [Transformation]) {
        self.pattern = pattern
        self.hasRegex = hasRegex
        self.created = created
        self.transformations = transformations
    }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.pattern)
        writer.bool(self.hasRegex)
        writer.timestamp(self.created)
        writer.array(self.transformations) { writer, transformation in
            writer.string(transformation.metricName)
            writer.string(transformation.metricNamespace)
            writer.string(transformation.metricValue)
            writer.optional(transformation.defaultValue) { $0.double($1) }
            writer.stringMap(transformation.dimensions)
            writer.optional(transformation.unit) { $0.string($1) }
        }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.pattern = try reader.readString()
        self.hasRegex = try reader.readBool()
        self.created = try reader.readTimestamp()
        self.transformations = try reader.readArray { (reader) throws(RecordError) in
            Transformation(
                metricName: try reader.readString(), metricNamespace: try reader.readString(),
                metricValue: try reader.readString(),
                defaultValue: try reader.readOptional { (reader) throws(RecordError) in try reader.readDouble() },
                dimensions: try reader.readStringMap(),
                unit: try reader.readOptional { (reader) throws(RecordError) in try reader.readString() })
        }
    }
}

/// A subscription filter.
package struct LogSubscriptionRecord: StoreValue, Equatable {
    package var pattern: String
    package var hasRegex: Bool
    package var destinationARN: String
    package var distribution: String
    package var created: Timestamp

    package init(
        pattern: String, hasRegex: Bool, destinationARN: String, distribution: String, created: Timestamp
    ) {
        self.pattern = pattern
        self.hasRegex = hasRegex
        self.destinationARN = destinationARN
        self.distribution = distribution
        self.created = created
    }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.pattern)
        writer.bool(self.hasRegex)
        writer.string(self.destinationARN)
        writer.string(self.distribution)
        writer.timestamp(self.created)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.pattern = try reader.readString()
        self.hasRegex = try reader.readBool()
        self.destinationARN = try reader.readString()
        self.distribution = try reader.readString()
        self.created = try reader.readTimestamp()
    }
}
