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

    func config(_ target: URLTarget, endpoint: String) -> FunctionUrlConfig {
        FunctionUrlConfig(
            functionUrl: self.url(region: target.key.region, endpoint: endpoint), functionArn: target.arn,
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

/// A function or an alias with the place of its URL.
struct URLTarget {
    var key: FunctionKey
    var function: UInt64
    /// nil: the function's own.
    var alias: String?

    var arn: String { self.key.arn(qualifier: self.alias) }
}

extension Call {
    /// The demand on a function or an alias for an operation on its URL.
    mutating func urlDemand(
        _ action: String, _ function: String, qualifier: String? = nil, authType: String?
    ) throws(ServiceError) -> Demands {
        var demand = try self.functionDemand(action, function, qualifier: qualifier)
        if let authType { demand.conditions.append((key: "lambda:FunctionUrlAuthType", values: [authType])) }
        return Demands(demand)
    }

    /// Whose URL a request means: functions and aliases have them, versions have none.
    ///
    /// Errors: ResourceNotFoundException; ValidationException for what is no alias's name.
    mutating func urlTarget(_ text: String, qualifier: String?) throws(ServiceError) -> URLTarget {
        let named = try self.functionKey(text).name.qualifier
        for name in [qualifier, named == "$LATEST" ? nil : named].compactMap({ $0 }) {
            guard !FunctionName.isNumber(name), !name.contains("$") else {
                throw CommonError.validation(
                    "1 validation error detected: Value '\(name)' at 'qualifier' failed to satisfy constraint: Member must "
                        + "satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)")
            }
        }
        let target = try self.target(text, qualifier: qualifier)
        return URLTarget(
            key: target.key, function: target.record.id, alias: target.qualifier == "$LATEST" ? nil : target.qualifier)
    }

    /// A function or an alias, and its URL. Errors: ResourceNotFoundException.
    mutating func functionURL(
        _ text: String, qualifier: String?
    ) throws(ServiceError) -> (target: URLTarget, url: FunctionURLRecord) {
        let target = try self.urlTarget(text, qualifier: qualifier)
        guard let url = try self.url(function: target.function, qualifier: target.alias) else {
            throw LambdaError.resourceNotFound("The resource you requested does not exist.")
        }
        return (target, url)
    }
}
