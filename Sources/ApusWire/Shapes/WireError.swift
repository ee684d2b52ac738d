/// Why a request could not be decoded. `ServiceModel.apiError(for:as:)` turns it into the service's own error.
package enum WireError: Error, Sendable, Equatable {
    /// Not a message of this protocol, or a value of the wrong type: `SerializationException` and its kin.
    case serialization(String)
    /// One or more constraints of the model failed; the whole message in AWS's words.
    case validation(String)
    /// The first absent required parameter, for services that answer so (SQS); in Query form, e.g. `Entries.1.Id`.
    case missingParameter(String)
}
