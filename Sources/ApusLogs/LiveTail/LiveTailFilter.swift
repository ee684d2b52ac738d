internal import ApusBase
package import LogPattern

/// Which events a session shows.
package struct LiveTailFilter: Sendable {
    /// Which streams of the groups; all where the request names none.
    package enum Streams: Sendable {
        case all
        case named(Set<String>)
        case beginning([String])
    }
    private let streams: Streams
    private let pattern: LogPattern

    package init(streams: Streams, pattern: LogPattern) {
        self.streams = streams
        self.pattern = pattern
    }

    /// Whether events of the stream may be shown.
    package func takes(stream: String) -> Bool {
        switch self.streams {
        case .all: true
        case .named(let names): names.contains(stream)
        case .beginning(let prefixes): prefixes.contains { stream.hasPrefix($0) }
        }
    }

    /// The update that shows the matching events of `batches`: where more match than an update may have, as many of them, evenly
    /// taken (StartLiveTail, "sampled").
    package func update(_ batches: [LiveTailBatch], isIncomplete: Bool) -> LiveTailSessionUpdate {
        var results: [LiveTailSessionLogEvent] = []
        for batch in batches {
            for event in batch.events where self.pattern.matches(event.message) {
                results.append(
                    LiveTailSessionLogEvent(
                        logStreamName: batch.stream, logGroupIdentifier: batch.groupARN, message: event.message,
                        timestamp: Int(event.time.milliseconds), ingestionTime: Int(batch.ingested.milliseconds)))
            }
        }
        let limit = LogsLimits.tailUpdateEvents
        let isSampled = results.count > limit
        if isSampled {
            let all = results
            results = (0..<limit).map { all[$0 * all.count / limit] }
        }
        return LiveTailSessionUpdate(
            sessionMetadata: LiveTailSessionMetadata(sampled: isSampled || isIncomplete), sessionResults: results)
    }
}
