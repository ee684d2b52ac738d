internal import ApusWire
internal import NIOHPACK

/// Makes a request's header of an HTTP/2 header block (RFC 9113 §8.2, §8.3).
///
/// `NIOHTTP2Handler` has refused blocks with unknown, doubled, missing or late pseudo-fields, upper-case names, line breaks in
/// values and fields that belong to a connection. What HTTP/1.1 adds to that is checked here by the same code as there.
enum HTTP2Head {
    static func read(_ block: HPACKHeaders, limits: HTTPLimits) throws(Refusal) -> RequestHead {
        var (method, path, scheme) = ("", "", "")
        var authority: String?
        var cookies: [String] = []
        var fields: [(name: String, value: String)] = []
        fields.reserveCapacity(block.count)
        for (name, value, _) in block {
            guard name.utf8.first == UInt8(ascii: ":") else {
                guard value.utf8.allSatisfy(LineBytes.mayBeInValue) else { throw .malformed("invalid header field") }
                // RFC 9113 §8.2.3: a cookie may come in crumbs.
                if name == "cookie" { cookies.append(value) } else { fields.append((name, value)) }
                continue
            }
            switch name {
            case ":method": method = value
            case ":path": path = value
            case ":scheme": scheme = value
            case ":authority": authority = value
            default: throw .malformed("unknown pseudo-header")
            }
        }
        if scheme != "https", scheme != "http" { throw .malformed("unknown scheme") }
        if block.count > limits.headerFields { throw .headerTooLarge }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), path.utf8.first == UInt8(ascii: "/") else {
            throw .malformed("invalid request target")
        }
        var builder = RequestHeadBuilder(try RequestLine(http2Method: method, path: path))
        if let authority { try Self.add(authority, to: &builder, fields) }
        for field in fields where authority == nil || field.name != "host" {
            builder.add(FieldLine(field.name, field.value))
        }
        if !cookies.isEmpty { builder.add(FieldLine("cookie", cookies.joined(separator: "; "))) }
        return try builder.finish(limits: limits)
    }

    /// `:authority` is what the `Host` field is elsewhere, and what SigV4 signs as `host`. Where both are there they must
    /// agree (RFC 9113 §8.3.1): one proxy may go by the one, the next by the other.
    private static func add(
        _ authority: String, to builder: inout RequestHeadBuilder, _ fields: [(name: String, value: String)]
    ) throws(Refusal) {
        guard !authority.utf8.contains(UInt8(ascii: "@")), authority.utf8.allSatisfy(LineBytes.mayBeInValue) else {
            throw .malformed("invalid authority")
        }
        var hosts = 0
        for field in fields where field.name == "host" {
            hosts += 1
            if field.value != authority { throw .malformed("Host differs from :authority") }
        }
        if hosts > 1 { throw .malformed("more than one Host") }
        builder.add(FieldLine("host", authority))
    }
}
