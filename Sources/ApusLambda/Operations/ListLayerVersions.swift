package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_ListLayerVersions.html
///
/// The newest first. A layer that is not there has no versions.
package enum ListLayerVersions: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListLayerVersionsInput, in call: inout Call) throws(ServiceError) -> Demands {
        let key = try call.layerKey(input.layerName)
        return Demands(Demand("lambda:ListLayerVersions", on: key.arn, account: key.account))
    }

    package static func perform(
        _ input: ListLayerVersionsInput, in call: inout Call
    ) throws(ServiceError) -> ListLayerVersionsOutput {
        let layer = try call.layerKey(input.layerName)
        let limit = min(input.maxItems ?? LambdaLimits.pageItems, LambdaLimits.pageItems)
        var range = LayerVersionKey.all(of: layer)
        if let last = try PageMarker.readNumber(input.marker) {
            range = range.before(LayerVersionKey(layer: layer, number: last))
        }
        var found: [(key: LayerVersionKey, version: LayerVersionRecord)] = []
        try call.scan(range, direction: .backward) { key, version in
            if version.matches(runtime: input.compatibleRuntime, architecture: input.compatibleArchitecture) {
                found.append((key, version))
            }
            return found.count > limit ? .stop : .next
        }
        return ListLayerVersionsOutput(
            nextMarker: found.count > limit ? PageMarker.make(String(found[limit - 1].key.number)) : nil,
            layerVersions: found.prefix(limit).map { $0.version.item($0.key) })
    }
}
