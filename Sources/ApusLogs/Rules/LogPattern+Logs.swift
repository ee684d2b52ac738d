package import ApusService
package import LogPattern

extension LogPattern {
    /// Compiles a pattern of a request.
    ///
    /// Errors: InvalidParameterException in AWS's words.
    package static func compile(_ text: String) throws(ServiceError) -> LogPattern {
        do throws(LogPatternError) {
            return try LogPattern(text)
        } catch {
            throw LogsError.invalidParameter(error.description)
        }
    }
}
