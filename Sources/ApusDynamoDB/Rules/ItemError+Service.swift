internal import ApusBase
package import ApusService
package import DynamoDBItems

extension ItemError {
    /// The error as a caller sees it: a ValidationException.
    package var service: ServiceError { CommonError.validation(self.message) }
}

/// Runs what a pure target refuses with its own error.
package func validated<Result>(_ body: () throws(ItemError) -> Result) throws(ServiceError) -> Result {
    do throws(ItemError) { return try body() } catch { throw error.service }
}
