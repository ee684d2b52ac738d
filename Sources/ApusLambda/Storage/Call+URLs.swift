package import ApusService
internal import ApusStore

/// URLs: the function's own, and one of each alias that has any.
extension Call {
    package mutating func url(function: UInt64, qualifier: String?) throws(ServiceError) -> FunctionURLRecord? {
        guard let qualifier else { return try self.get(FunctionURLKey(function: function)) }
        return try self.get(AliasURLKey(function: function, qualifier: qualifier))
    }

    package mutating func put(
        _ url: FunctionURLRecord, function: UInt64, qualifier: String?
    ) throws(ServiceError) {
        guard let qualifier else { return try self.put(FunctionURLKey(function: function), url) }
        try self.put(AliasURLKey(function: function, qualifier: qualifier), url)
    }

    /// Takes a URL away, where there is one.
    package mutating func deleteURL(function: UInt64, qualifier: String?) throws(ServiceError) {
        guard let url = try self.url(function: function, qualifier: qualifier) else { return }
        try self.delete(FunctionURLByIDKey(id: url.id))
        guard let qualifier else { return try self.delete(FunctionURLKey(function: function)) }
        try self.delete(AliasURLKey(function: function, qualifier: qualifier))
    }

    /// Takes all URLs of a function away.
    package mutating func deleteURLs(ofFunction id: UInt64) throws(ServiceError) {
        try self.deleteURL(function: id, qualifier: nil)
        var aliases: [String] = []
        try self.scan(AliasURLKey.all(function: id)) { key, _ in
            aliases.append(key.qualifier)
            return .next
        }
        for alias in aliases { try self.deleteURL(function: id, qualifier: alias) }
    }
}
