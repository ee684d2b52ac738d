package import ApusHTTP

/// What the front door says of itself on the metrics page.
package enum FrontDoorMetrics {
    /// Families that call `counters` when the page is made.
    package static func families(_ counters: @escaping @Sendable () -> HTTPServerCounters) -> [MetricFamily] {
        [
            MetricFamily("apus_connections_open", .gauge, "Connections that are open.") {
                Double(counters().connectionsOpen)
            },
            MetricFamily("apus_connections_total", .counter, "Connections that were accepted.") {
                Double(counters().connectionsAccepted)
            },
            MetricFamily(
                "apus_connections_timed_out_total", .counter, "Connections closed because the peer was silent or slow."
            ) { Double(counters().connectionsTimedOut) },
            MetricFamily(
                "apus_requests_refused_total", .counter, "Requests refused before their operation was known."
            ) { Double(counters().requestsRefused) },
            MetricFamily(
                "apus_tls_handshakes_failed_total", .counter, "Connections that began TLS and got no further."
            ) { Double(counters().handshakesFailed) },
            MetricFamily("apus_received_bytes_total", .counter, "Bytes received.") { Double(counters().bytesReceived) },
            MetricFamily("apus_sent_bytes_total", .counter, "Bytes sent.") { Double(counters().bytesSent) },
        ]
    }
}
