package import ApusWire

/// Cross-origin requests to a function URL, answered by its settings alone.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
package struct CORSRules: Sendable {
    private let settings: CORSSettings

    package init(_ settings: CORSSettings) { self.settings = settings }

    /// The answer to a preflight request, which does not reach the function; nil for another request.
    package func preflight(_ request: HTTPRequest) -> HTTPResponse? {
        guard request.method == "OPTIONS", request.headers["origin"] != nil,
            request.headers["access-control-request-method"] != nil
        else { return nil }
        var response = HTTPResponse(status: 200)
        guard self.addOrigin(of: request, to: &response.headers) else { return response }
        self.add("access-control-allow-methods", self.settings.allowMethods, to: &response.headers)
        self.add("access-control-allow-headers", self.settings.allowHeaders, to: &response.headers)
        if let seconds = self.settings.maxAgeSeconds { response.headers.add("access-control-max-age", String(seconds)) }
        return response
    }

    /// Adds what a browser needs to hand the answer to its page. What the function said of it is replaced.
    package func apply(to response: inout HTTPResponse, for request: HTTPRequest) {
        var headers = HTTPFields()
        for field in response.headers.fields where !field.name.hasPrefix("access-control-") {
            headers.add(field.name, field.value)
        }
        if self.addOrigin(of: request, to: &headers) {
            self.add("access-control-expose-headers", self.settings.exposeHeaders, to: &headers)
        }
        response.headers = headers
    }

    /// Whether the request's origin is allowed.
    private func addOrigin(of request: HTTPRequest, to headers: inout HTTPFields) -> Bool {
        guard let origin = request.headers["origin"], let allowed = self.settings.allowOrigins else { return false }
        let allowsAll = allowed.contains("*")
        guard allowsAll || allowed.contains(origin) else { return false }
        let credentials = self.settings.allowCredentials == true
        headers.add("access-control-allow-origin", allowsAll && !credentials ? "*" : origin)
        if !allowsAll || credentials { headers.add("vary", "Origin") }
        if credentials { headers.add("access-control-allow-credentials", "true") }
        return true
    }

    private func add(_ name: String, _ values: [String]?, to headers: inout HTTPFields) {
        if let values, !values.isEmpty { headers.add(name, values.joined(separator: ",")) }
    }
}
