internal import ApusBase
internal import ApusIAM
internal import ApusLambda
internal import ApusService

/// Makes functions of folders at the start of `apus dev`: in the first account, in the root's name, each following its folder.
struct DevFunctions {
    let host: ServiceHost
    let lambda: Lambda
    let settings: Configuration

    /// The execution role of all of them. It may do everything in its account: they are the developer's own.
    private static let role = "apus-dev-functions"
    private static let trust =
        #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"#
        + #""Action":"sts:AssumeRole"}]}"#
    private static let permissions =
        #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#

    private var session: Session {
        let account = self.settings.accounts[0]
        let context = CallContext(
            principal: .root(account: account), account: account, region: self.settings.region,
            requestID: self.host.entropy.uuid(), now: self.host.clock.now)
        return Session(host: self.host, context: context)
    }

    /// Makes the functions, or points those of the same names at the folders. Returns a line about each.
    func make(_ folders: [String]) async throws(ServerFailure) -> [String] {
        guard !folders.isEmpty else { return [] }
        var lines: [String] = []
        do throws(ServiceError) {
            let role = try await self.makeRole()
            for path in folders {
                let function: FolderFunction
                do throws(ServerFailure) { function = try FolderFunction(path) } catch {
                    throw CommonError.validation(error.description)
                }
                try await self.make(function, role: role)
                lines.append("the function \(function.name) runs \(function.handler) in \(function.path)")
            }
        } catch {
            throw ServerFailure(.configuration, error.answer.message)
        }
        return lines
    }

    private func makeRole() async throws(ServiceError) -> String {
        let (name, trust, permissions) = (Self.role, Self.trust, Self.permissions)
        return try await self.session.write { (call) throws(ServiceError) in
            let arn = "arn:aws:iam::\(call.account):role/\(name)"
            let identities = call.ports.identities
            if try identities.role(arn: arn, in: &call) != nil { return arn }
            _ = try CreateRole.perform(CreateRoleInput(roleName: name, assumeRolePolicyDocument: trust), in: &call)
            _ = try PutRolePolicy.perform(
                PutRolePolicyInput(roleName: name, policyName: "everything", policyDocument: permissions), in: &call)
            return arn
        }
    }

    private func make(_ function: FolderFunction, role: String) async throws(ServiceError) {
        let runner = self.host.ports.runner
        let runtimes = function.runtime.identifiers
        guard let runtime = runtimes.first(where: { runner.missing(runtime: $0) == nil }) else {
            let sentence = runner.missing(runtime: runtimes[0])?.sentence
            throw CommonError.validation(sentence ?? "There is no interpreter for \(function.path).")
        }
        let (invocations, folders, packages) = (self.lambda.invocations, self.lambda.folders, self.lambda.packages)
        let isThere = try self.session.read { (call) throws(ServiceError) in
            try call.contains(FunctionKey(account: call.account, region: call.region, name: function.name))
        }
        guard isThere else {
            let input = CreateFunctionInput(
                functionName: function.name, role: role,
                code: FunctionCode(s3Bucket: HotFolders.bucket, s3Key: function.path), runtime: runtime,
                handler: function.handler)
            _ = try await CreateFunction(packages: packages, folders: folders).perform(input, in: self.session)
            return
        }
        let code = UpdateFunctionCodeInput(
            functionName: function.name, s3Bucket: HotFolders.bucket, s3Key: function.path)
        _ = try await UpdateFunctionCode(packages: packages, invocations: invocations, folders: folders)
            .perform(code, in: self.session)
        let configuration = UpdateFunctionConfigurationInput(
            functionName: function.name, handler: function.handler, runtime: runtime)
        _ = try await UpdateFunctionConfiguration(packages: packages, invocations: invocations)
            .perform(configuration, in: self.session)
    }
}
