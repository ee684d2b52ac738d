package import ApusService
package import ApusStore

extension PackageStore {
    /// Keeps an uploaded package, or answers its sender in Lambda's words.
    package func checkedKeep(_ zip: [UInt8]) async throws(ServiceError) -> StoredBlob {
        guard zip.count <= LambdaLimits.zippedBytes else {
            throw LambdaError.requestTooLarge("Request must be smaller than \(LambdaLimits.zippedBytes) bytes for the CreateFunction operation")
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
