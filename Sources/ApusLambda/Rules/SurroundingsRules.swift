internal import ApusBase
internal import ApusService

/// What `VpcConfig`, `FileSystemConfigs` and `ImageConfig` may be.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html and the pages of the types. The sentences are
/// those that AWS's users report, but for the ones marked "not verified" in the README.
enum SurroundingsRules {
    static let vpcOfFileSystem = "Function must be configured to execute in a VPC to reference access point"

    /// Takes over what a request sets, and checks what came of it.
    ///
    /// Errors: InvalidParameterValueException; NotImplementedException where this machine has nothing for an access point.
    static func apply(
        vpc: VpcConfig?, fileSystems: [FileSystemConfig]?, image: ImageConfig?, to settings: inout FunctionSettings,
        in call: borrowing Call
    ) throws(ServiceError) {
        let before = settings.surroundings
        if let vpc { settings.surroundings.vpc = try Self.vpc(vpc, before: before.vpc) }
        if let fileSystems { settings.surroundings.fileSystems = try Self.fileSystems(fileSystems, in: call) }
        if let image {
            guard before.image != nil else {
                throw LambdaError.invalidParameterValue(
                    "Please don't provide ImageConfig when the intended function PackageType is Zip.")
            }
            settings.surroundings.overrides = Self.overrides(image)
        }
        try SnapStartRules.check(settings)
        guard settings.surroundings.vpc == nil, let arn = settings.surroundings.fileSystems.first?.arn else { return }
        throw LambdaError.invalidParameterValue(
            before.vpc != nil && !before.fileSystems.isEmpty
                ? "Function VPC configuration cannot be removed with access point \(arn) referenced."
                : "\(Self.vpcOfFileSystem) \(arn).")
    }

    /// nil: no network is named any more.
    private static func vpc(_ vpc: VpcConfig, before: FunctionVPC?) throws(ServiceError) -> FunctionVPC? {
        let subnets = vpc.subnetIds ?? before?.subnets ?? []
        let groups = vpc.securityGroupIds ?? before?.securityGroups ?? []
        // AWS's sentence: https://github.com/aws/aws-sdk-js/issues/1293.
        guard subnets.isEmpty == groups.isEmpty else {
            throw LambdaError.invalidParameterValue("SubnetIds and SecurityIds must coexist or be both empty list.")
        }
        guard !subnets.isEmpty else { return nil }
        return FunctionVPC(
            subnets: subnets, securityGroups: groups,
            allowsIPv6: vpc.ipv6AllowedForDualStack ?? before?.allowsIPv6 ?? false)
    }

    private static func fileSystems(
        _ configurations: [FileSystemConfig], in call: borrowing Call
    ) throws(ServiceError) -> [FunctionFileSystem] {
        var systems: [FunctionFileSystem] = []
        for configuration in configurations {
            guard Self.isMountPath(configuration.localMountPath) else {
                throw LambdaError.invalidParameterValue(
                    "\(configuration.localMountPath) is no path of one name below /mnt.")
            }
            if case .failure(let refusal) = call.ports.runner.folder(ofAccessPoint: configuration.arn) {
                throw refusal.error
            }
            systems.append(FunctionFileSystem(arn: configuration.arn, path: configuration.localMountPath))
        }
        return systems
    }

    /// "The path where the function can access the file system, starting with /mnt/": `^/mnt/[a-zA-Z0-9-_.]+$`.
    static func isMountPath(_ path: String) -> Bool {
        guard path.hasPrefix("/mnt/") else { return false }
        let name = path.utf8.dropFirst(5)
        guard !name.isEmpty, !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) else { return false }
        return name.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == 0x2D || byte == 0x5F || byte == 0x2E
        }
    }

    /// Empty lists and texts are as good as none: the image's own count.
    private static func overrides(_ image: ImageConfig) -> ImageOverrides? {
        let overrides = ImageOverrides(
            entryPoint: image.entryPoint?.isEmpty == false ? image.entryPoint : nil,
            command: image.command?.isEmpty == false ? image.command : nil,
            workingDirectory: image.workingDirectory?.isEmpty == false ? image.workingDirectory : nil)
        return overrides == ImageOverrides() ? nil : overrides
    }

    /// What a function of an image may not have beside it.
    static func checkImage(
        hasPackageSettings: Bool, hasPackage: Bool, uri: String?
    ) throws(ServiceError) -> String {
        guard !hasPackageSettings else {
            throw LambdaError.invalidParameterValue(
                "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.")
        }
        guard !hasPackage else {
            throw LambdaError.invalidParameterValue(
                "Please don't provide a deployment package when the intended function PackageType is Image.")
        }
        guard let uri, !uri.isEmpty else {
            throw LambdaError.invalidParameterValue(
                "Please provide ImageUri when creating a function with packageType Image.")
        }
        return uri
    }
}

extension ImageError {
    /// What a caller is told.
    var answer: ServiceError {
        switch self {
        case .refused(let sentence): LambdaError.invalidParameterValue(sentence)
        case .unavailable(let sentence): CommonError.serviceUnavailable(sentence)
        }
    }
}

extension FunctionSettings {
    /// What an environment of the image runs: an entry point that is given takes the image's command away, as in Docker and Lambda.
    func imageRoot(folder: String) -> ImageRoot? {
        guard let image = self.surroundings.image else { return nil }
        let overrides = self.surroundings.overrides
        let command = overrides?.command ?? (overrides?.entryPoint == nil ? image.command : [])
        let directory = overrides?.workingDirectory ?? image.workingDirectory
        return ImageRoot(
            folder: folder, arguments: (overrides?.entryPoint ?? image.entryPoint) + command,
            workingDirectory: directory.isEmpty ? "/" : directory, variables: image.variables)
    }

    var packageType: String { self.surroundings.image == nil ? "Zip" : "Image" }
}

/// As answers show them.
extension FunctionSurroundings {
    var vpcAnswer: VpcConfigResponse? {
        self.vpc.map {
            VpcConfigResponse(
                subnetIds: $0.subnets, securityGroupIds: $0.securityGroups, vpcId: "",
                ipv6AllowedForDualStack: $0.allowsIPv6)
        }
    }

    var fileSystemsAnswer: [FileSystemConfig]? {
        self.fileSystems.isEmpty
            ? nil : self.fileSystems.map { FileSystemConfig(arn: $0.arn, localMountPath: $0.path) }
    }

    var imageAnswer: ImageConfigResponse? {
        self.overrides.map {
            ImageConfigResponse(
                imageConfig: ImageConfig(
                    entryPoint: $0.entryPoint, command: $0.command, workingDirectory: $0.workingDirectory))
        }
    }
}
