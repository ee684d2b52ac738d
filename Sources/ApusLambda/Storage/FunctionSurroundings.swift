internal import ApusBase
package import ApusService

/// `VpcConfig`: kept as it was given.
package struct FunctionVPC: Equatable, Sendable {
    package var subnets: [String]
    package var securityGroups: [String]
    package var allowsIPv6: Bool

    package init(subnets: [String], securityGroups: [String], allowsIPv6: Bool = false) {
        self.subnets = subnets
        self.securityGroups = securityGroups
        self.allowsIPv6 = allowsIPv6
    }
}

/// One of `FileSystemConfigs`.
package struct FunctionFileSystem: Equatable, Sendable {
    package var arn: String
    package var path: String

    package init(arn: String, path: String) {
        self.arn = arn
        self.path = path
    }
}

/// `ImageConfig`: what a function has in place of its image's own.
package struct ImageOverrides: Equatable, Sendable {
    /// nil: the image's.
    package var entryPoint: [String]?
    package var command: [String]?
    package var workingDirectory: String?

    package init(entryPoint: [String]? = nil, command: [String]? = nil, workingDirectory: String? = nil) {
        self.entryPoint = entryPoint
        self.command = command
        self.workingDirectory = workingDirectory
    }
}

/// What a version finds around it, beside its package. Since version 6 of a function's record.
package struct FunctionSurroundings: Equatable, Sendable {
    package var vpc: FunctionVPC?
    package var fileSystems: [FunctionFileSystem] = []
    /// The image that it runs from in place of a package.
    package var image: ContainerImage?
    package var overrides: ImageOverrides?

    package init() {}

    func encode(into writer: inout RecordWriter) {
        writer.optional(self.vpc) { writer, vpc in
            writer.array(vpc.subnets) { $0.string($1) }
            writer.array(vpc.securityGroups) { $0.string($1) }
            writer.bool(vpc.allowsIPv6)
        }
        writer.array(self.fileSystems) { writer, system in
            writer.string(system.arn)
            writer.string(system.path)
        }
        writer.optional(self.image) { writer, image in
            writer.string(image.uri)
            writer.string(image.resolvedURI)
            writer.blob(image.digest)
            writer.array(image.entryPoint) { $0.string($1) }
            writer.array(image.command) { $0.string($1) }
            writer.string(image.workingDirectory)
            writer.stringMap(image.variables)
        }
        writer.optional(self.overrides) { writer, overrides in
            writer.optional(overrides.entryPoint) { writer, words in writer.array(words) { $0.string($1) } }
            writer.optional(overrides.command) { writer, words in writer.array(words) { $0.string($1) } }
            writer.optional(overrides.workingDirectory) { $0.string($1) }
        }
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        self.vpc = try reader.readOptional { (reader) throws(RecordError) in
            FunctionVPC(
                subnets: try reader.readStrings(), securityGroups: try reader.readStrings(),
                allowsIPv6: try reader.readBool())
        }
        self.fileSystems = try reader.readArray { (reader) throws(RecordError) in
            FunctionFileSystem(arn: try reader.readString(), path: try reader.readString())
        }
        self.image = try reader.readOptional { (reader) throws(RecordError) in
            ContainerImage(
                uri: try reader.readString(), resolvedURI: try reader.readString(), digest: try reader.readBlob(),
                entryPoint: try reader.readStrings(), command: try reader.readStrings(),
                workingDirectory: try reader.readString(), variables: try reader.readStringMap())
        }
        self.overrides = try reader.readOptional { (reader) throws(RecordError) in
            ImageOverrides(
                entryPoint: try reader.readOptional { (reader) throws(RecordError) in try reader.readStrings() },
                command: try reader.readOptional { (reader) throws(RecordError) in try reader.readStrings() },
                workingDirectory: try reader.readOptional { (reader) throws(RecordError) in try reader.readString() })
        }
    }
}

extension RecordReader {
    fileprivate mutating func readStrings() throws(RecordError) -> [String] {
        try self.readArray { (reader) throws(RecordError) in try reader.readString() }
    }
}
