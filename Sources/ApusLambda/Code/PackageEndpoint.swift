internal import ApusBase
package import ApusService
internal import ApusStore
package import ApusWire

/// Serves packages at the addresses that GetFunction gives out: `/_apus/package/<token>`.
///
/// The token holds the blob's id and an end, sealed with the server's key: whoever has it may fetch the package until then.
package struct PackageEndpoint: HTTPEndpoint {
    private static let prefix = "/_apus/package/"
    private static let context: [UInt8] = Array("lambda-package-location".utf8)
    private let packages: PackageStore

    package init(packages: PackageStore) { self.packages = packages }

    package var name: String { "lambda-package" }

    package func claims(_ request: HTTPRequest) -> Bool { request.path.hasPrefix(Self.prefix) }

    /// The address of a package, good for ten minutes; of a folder that a function runs from, as it is.
    static func location(of record: FunctionRecord, in call: borrowing Call) -> String {
        if let folder = record.folder { return "file://" + folder }
        return self.location(of: record.code, in: call)
    }

    static func location(of code: FunctionCodeRecord, in call: borrowing Call) -> String {
        var writer = RecordWriter()
        writer.timestamp(call.now.adding(seconds: Int64(LambdaLimits.locationSeconds)))
        writer.blob(code.blob)
        let token = call.seal(writer.bytes, context: Self.context)
        return call.context.endpoint + Self.prefix + Hex.encode(token.ciphertext)
    }

    package func handle(
        _ request: HTTPRequest, requestID: String, host: ServiceHost,
        authenticate: @escaping @Sendable () throws(ServiceError) -> CallContext, exchange: any Exchange
    ) {
        guard request.method == "GET" || request.method == "HEAD",
            let sealed = Hex.decode(String(request.path.dropFirst(Self.prefix.count))),
            let token = host.sealing.open(sealed, context: Self.context)
        else { return exchange.reply(HTTPResponse(status: 403)) }
        var reader = RecordReader(token)
        guard let end = try? reader.readTimestamp(), let bytes = try? reader.readBlob(),
            let blob = BlobID(bytes: bytes),
            host.clock.now < end
        else { return exchange.reply(HTTPResponse(status: 403)) }
        let packages = self.packages
        Task(executorPreference: exchange.executor) {
            do throws(PackageError) {
                let package = try await packages.read(blob)
                exchange.reply(
                    HTTPResponse(status: 200, headers: HTTPFields(["content-type": "application/zip"]), body: package))
            } catch {
                exchange.reply(HTTPResponse(status: 404))
            }
        }
    }
}
