import Testing

@testable import ApusServer

@Suite struct LocalStackVariableTests {
    private func load(_ variables: [String: String]) throws -> LoadedConfiguration {
        try ConfigurationLoader.load(ConfigurationSources(variables: variables, foreignNames: .localStack))
    }

    @Test func `variables with a meaning here set settings`() throws {
        let loaded = try self.load([
            "GATEWAY_LISTEN": "0.0.0.0:4599", "LS_LOG": "warn", "LAMBDA_KEEPALIVE_MS": "60001",
            "LAMBDA_LIMITS_CONCURRENT_EXECUTIONS": "50", "DEFAULT_REGION": "eu-west-1",
        ])
        #expect(loaded.configuration.host == "0.0.0.0")
        #expect(loaded.configuration.port == 4_599)
        #expect(loaded.configuration.log.level == .warning)
        #expect(loaded.configuration.functions.keepAliveSeconds == 61)
        #expect(loaded.configuration.functions.maximumEnvironments == 50)
        #expect(loaded.configuration.region == "eu-west-1")
        #expect(loaded.origins["port"] == "GATEWAY_LISTEN")
    }

    @Test(arguments: [
        ("0.0.0.0:4566,0.0.0.0:443", "0.0.0.0", 4_566), (":4570", "127.0.0.1", 4_570),
        ("127.0.0.1", "127.0.0.1", 4_566),
        ("[::1]:4571", "::1", 4_571), ("[::]", "::", 4_566),
    ])
    func `addresses have the forms that are documented`(_ text: String, _ host: String, _ port: Int) throws {
        let loaded = try self.load(["GATEWAY_LISTEN": text])
        #expect(loaded.configuration.host == host)
        #expect(loaded.configuration.port == port)
        #expect(loaded.notices.contains { $0.contains("only the first address") } == text.contains(","))
    }

    @Test func `an address that is none stops the server and names the variable`() {
        let error = #expect(throws: ConfigurationError.self) { try self.load(["GATEWAY_LISTEN": "0.0.0.0:http"]) }
        #expect(error?.description.hasPrefix("GATEWAY_LISTEN: port is \"http\"") == true)
    }

    @Test func `the prefix of compose files is read, empty values are not`() throws {
        let loaded = try self.load(["LOCALSTACK_LS_LOG": "debug", "GATEWAY_LISTEN": "", "LOCALSTACK_API_KEY": ""])
        #expect(loaded.configuration.log.level == .debug)
        #expect(loaded.configuration.port == 4_566)
        #expect(loaded.notices.isEmpty)
    }

    @Test func `of two variables for one setting the documented order counts`() throws {
        #expect(try self.load(["DEBUG": "1", "LS_LOG": "error"]).configuration.log.level == .error)
        #expect(try self.load(["DEBUG": "1"]).configuration.log.level == .debug)
        #expect(try self.load(["EDGE_PORT": "1", "GATEWAY_LISTEN": ":2"]).configuration.port == 2)
        #expect(try self.load(["EDGE_PORT": "1"]).configuration.port == 1)
    }

    @Test func `DEBUG of another program says nothing`() throws {
        let loaded = try self.load(["DEBUG": "express:*"])
        #expect(loaded.configuration.log.level == .info && loaded.notices.isEmpty)
    }

    @Test func `Apus's own variables and flags override them`() throws {
        let loaded = try ConfigurationLoader.load(
            ConfigurationSources(
                variables: ["EDGE_PORT": "1", "APUS_PORT": "2", "DEBUG": "1"],
                flags: [.init(name: "--log-level", key: "log.level", text: "error")], foreignNames: .localStack))
        #expect(loaded.configuration.port == 2)
        #expect(loaded.configuration.log.level == .error)
    }

    @Test(arguments: [
        ("PERSISTENCE", "0", true), ("PERSISTENCE", "1", false), ("SERVICES", "sqs,lambda", true),
        ("EAGER_SERVICE_LOADING", "1", true), ("LAMBDA_EXECUTOR", "docker", true), ("ENFORCE_IAM", "1", false),
        ("ENFORCE_IAM", "0", true), ("DOCKER_HOST", "unix:///var/run/docker.sock", true),
        ("DISABLE_EVENTS", "1", false),
        ("LOCALSTACK_AUTH_TOKEN", "ls-secret", true), ("LOCALSTACK_HOST", "localstack", true),
    ])
    func `what has no effect says so once, unless it is so anyway, and never with its value`(
        _ name: String, _ value: String, _ isSaid: Bool
    ) throws {
        let loaded = try self.load([name: value])
        #expect(loaded.configuration == Configuration())
        #expect(loaded.notices.count == (isSaid ? 1 : 0))
        #expect(loaded.notices.allSatisfy { $0.hasPrefix("\(name) has no effect: ") && !$0.contains("ls-secret") })
    }

    @Test(arguments: ["USE_SSL", "IAM_SOFT_MODE"])
    func `what would be something else than asked for stops the server`(_ name: String) throws {
        _ = try self.load([name: "0"])
        let error = #expect(throws: ConfigurationError.self) { try self.load([name: "1"]) }
        #expect(error?.description.hasPrefix("\(name)=1: ") == true)
    }

    @Test func `a server for real work does not read them`() throws {
        let loaded = try ConfigurationLoader.load(
            ConfigurationSources(variables: ["EDGE_PORT": "1", "USE_SSL": "1", "DEBUG": "1"]))
        #expect(loaded.configuration == Configuration() && loaded.notices.isEmpty)
    }
}
