internal import ApusBase
internal import ApusService
internal import ApusStore

/// How a function's URL looks in answers, and what its operations share.
extension FunctionURLRecord {
    /// The URL at the endpoint that the caller used.
    func url(region: String, endpoint: String) -> String {
        let scheme = endpoint.hasPrefix("https://") ? "https" : "http"
        let authority = endpoint.dropFirst(scheme.utf8.count + 3).prefix { $0 != "/" }
        var port = ""
        if let colon = authority.lastIndex(of: ":"), authority[colon...].dropFirst().allSatisfy(\.isNumber) {
            port = String(authority[colon...])
        }
        return "\(scheme)://\(self.id).lambda-url.\(region).localhost\(port)/"
    }

    func config(_ key: FunctionKey, endpoint: String) -> FunctionUrlConfig {
        FunctionUrlConfig(
            functionUrl: self.url(region: key.region, endpoint: endpoint), functionArn: key.arn.description,
            creationTime: self.created.iso8601, lastModifiedTime: self.modified.iso8601, authType: self.authType,
            cors: self.cors?.shape, invokeMode: self.invokeMode)
    }
}

extension CORSSettings {
    init(_ shape: Cors) {
        self.init(
            allowCredentials: shape.allowCredentials, allowHeaders: shape.allowHeaders,
            allowMethods: shape.allowMethods,
            allowOrigins: shape.allowOrigins, exposeHeaders: shape.exposeHeaders, maxAgeSeconds: shape.maxAge)
    }

    var shape: Cors {
        Cors(
            allowCredentials: self.allowCredentials, allowHeaders: self.allowHeaders, allowMethods: self.allowMethods,
            allowOrigins: self.allowOrigins, exposeHeaders: self.exposeHeaders, maxAge: self.maxAgeSeconds)
    }
}

extension Call {
    /// The demand on a function for an operation on its URL.
    mutating func urlDemand(_ action: String, _ function: String, authType: String?) throws(ServiceError) -> Demands {
        var demand = try self.functionDemand(action, function)
        if let authType { demand.conditions.append((key: "lambda:FunctionUrlAuthType", values: [authType])) }
        return Demands(demand)
    }

    /// A function and its URL. Errors: ResourceNotFoundException.
    mutating func functionURL(
        _ text: String, qualifier: String?
    ) throws(ServiceError) -> (key: FunctionKey, function: UInt64, url: FunctionURLRecord) {
        let (key, record) = try self.function(text, qualifier: qualifier)
        guard let url = try self.get(FunctionURLKey(function: record.id)) else {
            throw LambdaError.resourceNotFound("The resource you requested does not exist.")
        }
        return (key, record.id, url)
    }

    /// Takes a function's URL away, where it has one.
    mutating func deleteURL(ofFunction id: UInt64) throws(ServiceError) {
        guard let url = try self.get(FunctionURLKey(function: id)) else { return }
        try self.delete(FunctionURLKey(function: id))
        try self.delete(FunctionURLByIDKey(id: url.id))
    }
}
