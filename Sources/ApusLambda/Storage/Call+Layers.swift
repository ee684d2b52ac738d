internal import ApusBase
package import ApusService
internal import ApusStore

/// What operations do with layers.
extension Call {
    /// The key of the layer that a request names. Errors: InvalidParameterValueException for what names none.
    package func layerKey(_ text: String) throws(ServiceError) -> LayerKey {
        guard let name = LayerName(text, account: self.account, region: self.region) else {
            throw LambdaError.invalidParameterValue("Invalid Layer name: \(text)")
        }
        return name.key
    }

    /// The key of a layer's version. Errors: InvalidParameterValueException.
    package func layerVersionKey(_ text: String, _ number: Int) throws(ServiceError) -> LayerVersionKey {
        guard number >= 1 else { throw LambdaError.invalidParameterValue("Layer Version Cannot be less than 1") }
        return LayerVersionKey(layer: try self.layerKey(text), number: UInt64(number))
    }

    /// The demand on a layer's version, with its policy where it has one.
    package mutating func layerDemand(_ action: String, _ key: LayerVersionKey) throws(ServiceError) -> Demand {
        var demand = Demand(action, on: key.arn, account: key.account)
        demand.resourcePolicy = try self.get(LayerPolicyKey(version: key))?.document
        return demand
    }

    /// The layers that a function is to have, in their order.
    ///
    /// - Parameter kept: those that it has; they stay usable when their versions are deleted.
    /// Errors: InvalidParameterValueException in AWS's words; AccessDeniedException for a layer of another account whose
    /// policy does not let the caller use it.
    package mutating func layers(_ arns: [String], kept: [LayerUse] = []) throws(ServiceError) -> [LayerUse] {
        guard arns.count <= LambdaLimits.layers else {
            throw LambdaError.invalidParameterValue("Cannot reference more than \(LambdaLimits.layers) layers.")
        }
        var uses: [LayerUse] = []
        var seen: [LayerKey: String] = [:]
        for text in arns {
            guard let name = LayerName(text, account: self.account, region: self.region), let number = name.number
            else {
                throw LambdaError.invalidParameterValue("Layer version \(text) does not exist.")
            }
            guard name.key.region == self.region else {
                throw LambdaError.invalidParameterValue(
                    "Layers are not in the same region as the function. Layers are expected to be in region \(self.region)."
                )
            }
            if let other = seen.updateValue(text, forKey: name.key) {
                throw LambdaError.invalidParameterValue(
                    "Two different versions of the same layer are not allowed to be referenced in the same function. "
                        + "\(other) and \(text) are versions of the same layer.")
            }
            if let use = kept.first(where: { $0.arn == text }) {
                uses.append(use)
                continue
            }
            let key = LayerVersionKey(layer: name.key, number: number)
            try self.require(try self.layerDemand("lambda:GetLayerVersion", key))
            guard let version = try self.get(key) else {
                throw LambdaError.invalidParameterValue("Layer version \(text) does not exist.")
            }
            uses.append(LayerUse(arn: key.arn.description, code: version.code))
        }
        return uses
    }
}

extension LayerVersionRecord {
    func item(_ key: LayerVersionKey) -> LayerVersionsListItem {
        LayerVersionsListItem(
            layerVersionArn: key.arn.description, version: Int(key.number), description: self.description,
            createdDate: self.created.lambdaDate, compatibleRuntimes: self.runtimes.isEmpty ? nil : self.runtimes,
            licenseInfo: self.license, compatibleArchitectures: self.architectures.isEmpty ? nil : self.architectures)
    }

    /// Whether a list that asks for a runtime or an architecture shows it.
    func matches(runtime: String?, architecture: String?) -> Bool {
        if let runtime, !self.runtimes.contains(runtime) { return false }
        if let architecture, !self.architectures.contains(architecture) { return false }
        return true
    }

    func answer(_ key: LayerVersionKey, location: String) -> GetLayerVersionResponse {
        GetLayerVersionResponse(
            content: self.content(location: location), layerArn: key.layerKey.arn.description,
            layerVersionArn: key.arn.description, description: self.description, createdDate: self.created.lambdaDate,
            version: Int(key.number), compatibleRuntimes: self.runtimes.isEmpty ? nil : self.runtimes,
            licenseInfo: self.license, compatibleArchitectures: self.architectures.isEmpty ? nil : self.architectures)
    }

    func content(location: String) -> LayerVersionContentOutput {
        LayerVersionContentOutput(
            location: location, codeSha256: Base64.encode(self.code.sha256), codeSize: self.code.size)
    }
}
