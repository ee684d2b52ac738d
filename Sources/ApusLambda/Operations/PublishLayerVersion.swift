internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html
package struct PublishLayerVersion: Procedure {
    private let packages: PackageStore

    package init(packages: PackageStore) { self.packages = packages }

    package func perform(
        _ input: PublishLayerVersionInput, in session: Session
    ) async throws(ServiceError) -> PublishLayerVersionOutput {
        try session.read { (call) throws(ServiceError) in _ = try Self.check(input, in: &call) }
        guard let zip = input.content.zipFile else {
            throw LambdaError.invalidParameterValue("Please provide a source for layer content.")
        }
        let package = try await self.packages.checkedKeep(zip, for: "PublishLayerVersion")
        do throws(ServiceError) {
            return try await session.refreshed.write { (call) throws(ServiceError) in
                try Self.publish(input, package, in: &call)
            }
        } catch {
            self.packages.discard(package.blob)
            throw error
        }
    }

    private static func check(_ input: PublishLayerVersionInput, in call: inout Call) throws(ServiceError) -> LayerKey {
        let key = try call.layerKey(input.layerName)
        try call.require(Demand("lambda:PublishLayerVersion", on: key.arn, account: key.account))
        guard key.account == call.account, key.region == call.region else {
            throw LambdaError.invalidParameterValue("Invalid Layer name: \(input.layerName)")
        }
        try UnsupportedSettings.refuse([("Content.S3Bucket", input.content.s3Bucket != nil)])
        return key
    }

    private static func publish(
        _ input: PublishLayerVersionInput, _ package: KeptPackage, in call: inout Call
    ) throws(ServiceError) -> PublishLayerVersionOutput {
        let layer = try self.check(input, in: &call)
        let number = (try call.get(layer)?.lastVersion ?? 0) + 1
        let key = LayerVersionKey(layer: layer, number: number)
        let code = FunctionCodeRecord(package)
        let version = LayerVersionRecord(
            code: code, description: input.description ?? "", created: call.now,
            runtimes: input.compatibleRuntimes ?? [], architectures: input.compatibleArchitectures ?? [],
            license: input.licenseInfo)
        try call.changeUsage(account: layer.account, region: layer.region) { $0.codeBytes += code.size }
        try call.adopt(package.blob)
        try call.hold(code, for: .layer(key))
        try call.put(layer, LayerRecord(lastVersion: number))
        try call.put(key, version)
        let answer = version.answer(key, location: PackageEndpoint.location(of: code, in: call))
        return PublishLayerVersionOutput(
            content: answer.content, layerArn: answer.layerArn, layerVersionArn: answer.layerVersionArn,
            description: answer.description, createdDate: answer.createdDate, version: answer.version,
            compatibleRuntimes: answer.compatibleRuntimes, licenseInfo: answer.licenseInfo,
            compatibleArchitectures: answer.compatibleArchitectures)
    }
}
