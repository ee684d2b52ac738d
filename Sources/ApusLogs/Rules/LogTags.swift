package import ApusService

/// What tags a log group may have. Lengths and characters are the model's.
///
/// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
package enum LogTags {
    /// Errors: `tooMany` beyond 50 tags; InvalidParameterException for keys that AWS keeps for itself.
    package static func check(_ tags: [String: String], tooMany: (String) -> ServiceError) throws(ServiceError) {
        for name in tags.keys where name.lowercased().hasPrefix("aws:") {
            throw LogsError.invalidParameter("Tag keys that begin with aws: are reserved: \(name)")
        }
        guard tags.count <= LogsLimits.tags else {
            throw tooMany("A resource can have no more than \(LogsLimits.tags) tags.")
        }
    }
}
