/// The element around an XML answer.
package struct XMLRoot: Sendable, Equatable {
    package let name: String
    /// What the element declares; nil for the service's namespace, if it has one.
    package let namespace: XMLNamespace?

    package init(_ name: String, namespace: XMLNamespace? = nil) {
        self.name = name
        self.namespace = namespace
    }
}

/// What the model says of one operation, implemented or not.
package final class OperationBinding: Sendable {
    package let name: String
    /// The HTTP method; `POST` for protocols without bindings.
    package let method: String
    /// The URI template, e.g. `/2015-03-31/functions/{FunctionName}`; `/` for protocols without bindings.
    package let uri: String
    /// The status of a success.
    package let status: Int
    /// Put before the host's name by clients, e.g. `streaming-`; nil for most.
    package let hostPrefix: String?
    /// The element around a Query answer's members, e.g. `SendMessageResult`; nil when the operation answers nothing.
    package let resultWrapper: String?
    /// The content type of an answer whose body is a blob; nil for `application/octet-stream`.
    package let payloadType: String?
    /// The root element of a REST-XML answer. Nil where there is none around the members, of which there is one: it is the
    /// root itself (S3's GetBucketLocation).
    package let xmlRoot: XMLRoot?
    /// Whether clients may compress the body of a request (the trait `requestcompression`).
    package let acceptsGzip: Bool
    /// Whether shapes were generated for it. The others answer 501 by name.
    package let isOnAllowList: Bool

    package init(
        _ name: String, method: String = "POST", uri: String = "/", status: Int = 200, hostPrefix: String? = nil,
        result: String? = nil, payloadType: String? = nil, root: XMLRoot? = nil, gzip: Bool = false,
        allowed: Bool = false
    ) {
        self.name = name
        self.method = method
        self.uri = uri
        self.status = status
        self.hostPrefix = hostPrefix
        self.resultWrapper = result
        self.payloadType = payloadType
        self.xmlRoot = root
        self.acceptsGzip = gzip
        self.isOnAllowList = allowed
    }
}

extension OperationBinding: Equatable {
    /// Bindings are made once, by the model.
    package static func == (left: OperationBinding, right: OperationBinding) -> Bool { left === right }
}
