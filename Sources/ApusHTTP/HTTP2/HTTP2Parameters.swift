internal import NIOHTTP2

/// What `HTTPLimits` mean to SwiftNIO's HTTP/2.
enum HTTP2Parameters {
    static func connection(_ limits: HTTPLimits) -> NIOHTTP2Handler.ConnectionConfiguration {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.concurrentStreams),
            HTTP2Setting(parameter: .initialWindowSize, value: limits.streamWindowBytes),
            HTTP2Setting(parameter: .maxHeaderListSize, value: limits.headerBlockBytes),
        ]
        // Enough for a header as large as is allowed, in frames of the size that every peer may send.
        configuration.maximumSequentialContinuationFrames = limits.headerBlockBytes / 16_384 + 2
        configuration.maximumBufferedControlFrames = 1_000
        configuration.controlFrameRateLimit.maximumCount = limits.http2EventsPerHalfMinute
        return configuration
    }

    static func stream(_ limits: HTTPLimits) -> NIOHTTP2Handler.StreamConfiguration {
        var configuration = NIOHTTP2Handler.StreamConfiguration()
        configuration.streamResetFrameRateLimit.maximumCount = limits.http2EventsPerHalfMinute
        configuration.streamErrorRateLimit.maximumCount = limits.http2EventsPerHalfMinute
        return configuration
    }
}
