internal import ApusBase

/// What an operation's input is read from, once the operation is known.
package enum WireInput: Sendable {
    /// The body of an AWS JSON request.
    case json([UInt8])
    /// The parameters of a Query request.
    case query(QueryForm)
    /// The compressed body of a Query request, of which so far only its beginning was read.
    case packedQuery([UInt8])
    /// A REST request, the labels of its path, and what its body is written in.
    case rest(HTTPRequest, URILabels, RESTFormat = .json)
    /// The body of an RPC-v2-CBOR request.
    case cbor([UInt8])
}

extension WireInput {
    /// The most that a compressed body may unpack to: four times what AWS takes of the one operation that has such bodies
    /// (PutMetricData: 1 MB).
    private static let unpackedBytes = 4 * 1024 * 1024

    /// The same with its body unpacked, where the header says that it is packed.
    package func unpacked(_ headers: HTTPFields) throws(WireError) -> WireInput {
        switch self {
        case .json(let body): return .json(try Self.unpacked(body, headers))
        case .cbor(let body): return .cbor(try Self.unpacked(body, headers))
        case .query: return self
        case .packedQuery(let body): return .query(try QueryForm(try Self.unpacked(body, headers)))
        case .rest(var request, let labels, let format):
            request.body = try Self.unpacked(request.body, headers)
            return .rest(request, labels, format)
        }
    }

    /// A body as it was before a client packed it: the last coding that the header names.
    private static func unpacked(_ body: [UInt8], _ headers: HTTPFields) throws(WireError) -> [UInt8] {
        guard self.isPacked(headers) else { return body }
        guard let unpacked = Gzip.inflate(body, limit: Self.unpackedBytes) else { throw .serialization("") }
        return unpacked
    }

    /// Whether a client compressed the body last of all.
    static func isPacked(_ headers: HTTPFields) -> Bool { headers["content-encoding"]?.hasSuffix("gzip") == true }
}
