package import ApusService
internal import ApusStore

extension PackageStore {
    /// Keeps an uploaded package, or answers its sender in Lambda's words.
    ///
    /// - Parameter operation: as the answer names it.
    package func checkedKeep(_ zip: [UInt8], for operation: String) async throws(ServiceError) -> KeptPackage {
        guard zip.count <= LambdaLimits.zippedBytes else {
            throw LambdaError.requestTooLarge(
                "Request must be smaller than \(LambdaLimits.zippedBytes) bytes for the \(operation) operation")
        }
        do throws(PackageError) {
            return try await self.keep(zip)
        } catch {
            throw error.answer
        }
    }
}

extension PackageError {
    /// What a caller is told.
    package var answer: ServiceError {
        switch self {
        case .invalid:
            LambdaError.invalidParameterValue(
                "Could not unzip uploaded file. Please check your file, then try to upload again.")
        case .tooLarge:
            LambdaError.invalidParameterValue(
                "Unzipped size must be smaller than \(LambdaLimits.unzippedBytes) bytes")
        case .unavailable: CommonError.serviceUnavailable()
        case .missing: CommonError.internalFailure()
        }
    }
}
