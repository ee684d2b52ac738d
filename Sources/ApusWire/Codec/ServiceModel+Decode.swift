package import ApusService

extension ServiceModel {
    /// Reads an operation's input and checks the model's constraints on it.
    ///
    /// Everything that is wrong with the values is reported at once; what does not parse at all is reported alone.
    package func decode<Input: Shape>(_ type: Input.Type, from source: WireInput) throws(WireError) -> Input {
        let (input, trail) = try self.read(type, from: source)
        if self.validation.missing == .named, let parameter = trail.missingParameters.first {
            throw .missingParameter(parameter)
        }
        var validator = Validator(missing: trail.missing)
        input.validate(&validator)
        if let message = validator.message() { throw .validation(message) }
        return input
    }

    /// Reads an operation's input without checking the model's constraints; the trail knows which required members were
    /// absent.
    package func read<Input: Shape>(
        _ type: Input.Type, from source: WireInput
    ) throws(WireError) -> (input: Input, trail: Trail) {
        let input: Input
        let trail: Trail
        switch source {
        case .json(let body):
            var reader = JSONShapeReader(body)
            input = try Input(from: &reader)
            try reader.finish()
            trail = reader.trail
        case .query(let form):
            var reader = QueryShapeReader(form)
            input = try Input(from: &reader)
            trail = reader.trail
        case .packedQuery:
            // Unpacked for the operations that take such bodies; this one does not.
            throw .serialization("")
        case .rest(let request, let labels, let format):
            var reader = try RESTShapeReader(request, labels, format)
            input = try Input(from: &reader)
            try reader.finish()
            trail = reader.trail
        case .cbor(let body):
            var reader = CBORShapeReader(body)
            input = try Input(from: &reader)
            try reader.finish()
            trail = reader.trail
        }
        return (input, trail)
    }

    /// The service's own error for a request that could not be decoded.
    package func apiError(for error: WireError) -> APIError {
        switch error {
        case .serialization where self.errors.xmlForm == .bare:
            // "Error responses" of the S3 API Reference.
            return APIError(
                "MalformedXML", status: 400, isModelled: false,
                message: "The XML you provided was not well-formed or did not validate against our published schema")
        case .serialization(let message):
            return APIError(
                "SerializationException", queryCode: "MalformedInput", status: 400, isModelled: false, message: message)
        case .validation(let message):
            return APIError(
                self.validation.code, status: 400, isModelled: self.validation.isModelled, message: message)
        case .missingParameter(let name):
            return APIError(
                "MissingRequiredParameterException", queryCode: "MissingParameter", status: 400, isModelled: false,
                message: "The request must contain the parameter \(name).")
        }
    }
}
