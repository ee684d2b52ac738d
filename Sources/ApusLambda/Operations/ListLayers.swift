package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_ListLayers.html
///
/// Each layer with its newest version that fits; layers without one are left out.
package enum ListLayers: Operation {
    package static let access = OperationAccess.read
    /// Layers that one call looks at, so that a filter that nothing fits does not walk through all of them.
    private static let looked = 500

    package static func demands(_ input: ListLayersInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(Demand("lambda:ListLayers", on: "*", account: call.account))
    }

    package static func perform(_ input: ListLayersInput, in call: inout Call) throws(ServiceError) -> ListLayersOutput
    {
        let limit = min(input.maxItems ?? LambdaLimits.pageItems, LambdaLimits.pageItems)
        var range = LayerKey.all(account: call.account, region: call.region)
        if let last = try PageMarker.read(input.marker) {
            range = range.after(LayerKey(account: call.account, region: call.region, name: last))
        }
        let page = try call.page(range, limit: self.looked + 1)
        var layers: [LayersListItem] = []
        var last: String?
        for (key, _) in page.prefix(self.looked) where layers.count < limit {
            last = key.name
            guard let item = try self.newest(of: key, input, in: &call) else { continue }
            layers.append(
                LayersListItem(layerName: key.name, layerArn: key.arn.description, latestMatchingVersion: item))
        }
        let isEnd = last == nil || last == page.last?.key.name
        return ListLayersOutput(nextMarker: isEnd ? nil : last.map { PageMarker.make($0) }, layers: layers)
    }

    private static func newest(
        of layer: LayerKey, _ input: ListLayersInput, in call: inout Call
    ) throws(ServiceError) -> LayerVersionsListItem? {
        var item: LayerVersionsListItem?
        try call.scan(LayerVersionKey.all(of: layer), direction: .backward) { key, version in
            guard version.matches(runtime: input.compatibleRuntime, architecture: input.compatibleArchitecture) else {
                return .next
            }
            item = version.item(key)
            return .stop
        }
        return item
    }
}
