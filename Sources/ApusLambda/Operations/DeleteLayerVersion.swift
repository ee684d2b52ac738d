package import ApusService
internal import ApusStore
package import ApusWire

/// https://docs.aws.amazon.com/lambda/latest/api/API_DeleteLayerVersion.html
///
/// Functions that use the version go on using it. A version that is not there is deleted, too.
package struct DeleteLayerVersion: Procedure {
    private let packages: PackageStore

    package init(packages: PackageStore) { self.packages = packages }

    package func perform(_ input: DeleteLayerVersionInput, in session: Session) async throws(ServiceError) -> NoShape {
        let released = try await session.write { (call) throws(ServiceError) -> BlobID? in
            let key = try call.layerVersionKey(input.layerName, input.versionNumber)
            try call.require(Demand("lambda:DeleteLayerVersion", on: key.arn, account: key.account))
            guard let version = try call.get(key) else { return nil }
            let size = version.code.size
            try call.changeUsage(account: key.account, region: key.region) { $0.codeBytes -= size }
            try call.delete(key)
            try call.delete(LayerPolicyKey(version: key))
            return try call.letGo(version.code, of: .layer(key))
        }
        if let released { self.packages.forget(released) }
        return NoShape()
    }
}
