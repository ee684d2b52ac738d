/// An event for a function, as whoever calls it hands it over.
package struct IncomingEvent: Sendable {
    /// JSON; `null` is no event, an empty one is.
    package var payload: [UInt8]
    /// Of the invocation and of each of its retries.
    package var requestID: String
    /// JSON text, already decoded from Base64.
    package var clientContext: String?
    /// The trace header of what caused the event.
    package var trace: String?
    /// Whose it is, where the function isolates tenants.
    package var tenant: String?

    package init(
        payload: [UInt8], requestID: String, clientContext: String? = nil, trace: String? = nil, tenant: String? = nil
    ) {
        self.payload = payload
        self.requestID = requestID
        self.clientContext = clientContext
        self.trace = trace
        self.tenant = tenant
    }
}
