import Testing

@testable import ApusServer

@Suite struct ConfigurationLoaderTests {
    @Test func `without sources every setting has its default`() throws {
        let loaded = try ConfigurationLoader.load(ConfigurationSources())
        #expect(loaded == LoadedConfiguration(configuration: Configuration(), origins: [:]))
    }

    @Test func `a flag overrides a variable, which overrides the file, which overrides the default`() throws {
        let loaded = try self.load(
            file: "port = 1\nregion = \"eu-west-1\"\nhost = \"::1\"",
            variables: ["APUS_PORT": "2", "APUS_REGION": "eu-north-1", "PATH": "/bin", "APUS_CONFIG": "x"],
            flags: [.init(name: "--port", key: "port", text: "3")])
        #expect(loaded.configuration.port == 3)
        #expect(loaded.configuration.region == "eu-north-1")
        #expect(loaded.configuration.host == "::1")
        #expect(loaded.configuration.dataDirectory == "apus-data")
        #expect(loaded.origins == ["port": "--port", "region": "APUS_REGION", "host": "apus.toml, line 3"])
    }

    @Test func `every setting can be given in each source`() throws {
        let configuration = Configuration()
        for setting in Setting.all {
            let value = setting.value(in: configuration)
            let written: String
            switch setting.target {
            case .integer: written = value
            case .text, .choice: written = "\"\(value)\""
            case .texts: written = "[\"\(value)\"]"
            }
            #expect(try self.load(file: "\(setting.key) = \(written)").configuration == configuration)
            #expect(try self.load(variables: [setting.variable: value]).configuration == configuration)
            let flag = ConfigurationSources.Flag(name: "--set", key: setting.key, text: value)
            #expect(try self.load(flags: [flag]).configuration == configuration)
        }
    }

    @Test func `a table in the file holds the settings of its part`() throws {
        let loaded = try self.load(file: "[functions]\nkeep_alive_seconds = 5\nisolation = \"process\"")
        #expect(loaded.configuration.functions.keepAliveSeconds == 5)
        #expect(loaded.configuration.functions.isolation == .process)
    }

    @Test func `accounts are a list in every source`() throws {
        let accounts = ["111111111111", "222222222222"]
        #expect(
            try self.load(file: "accounts = [\"111111111111\", \"222222222222\"]").configuration.accounts == accounts)
        #expect(
            try self.load(variables: ["APUS_ACCOUNTS": "111111111111,222222222222"]).configuration.accounts == accounts)
    }

    @Test func `an unknown key, variable and flag each name the nearest known one`() {
        let error = #expect(throws: ConfigurationError.self) {
            try self.load(
                file: "\n[http]\nbody_limt_mib = 3", variables: ["APUS_PROT": "2"],
                flags: [.init(name: "--set", key: "log.levle", text: "info")])
        }
        #expect(
            error?.problems == [
                "apus.toml, line 3: there is no setting http.body_limt_mib. Did you mean http.body_limit_mib?",
                "the environment: there is no variable APUS_PROT. Did you mean APUS_PORT?",
                "--set: there is no setting log.levle. Did you mean log.level?",
            ])
    }

    @Test func `variables of test programs are nobody's settings`() throws {
        #expect(try self.load(variables: ["APUS_TEST_BINARY": "x"]).origins.isEmpty)
    }

    @Test(arguments: [
        ("APUS_PORT", "70000", "APUS_PORT: port is 70000; it must be a whole number from 0 to 65535."),
        ("APUS_PORT", "http", "APUS_PORT: port is \"http\"; it must be a whole number from 0 to 65535."),
        ("APUS_PORT", "", "APUS_PORT: port is \"\"; it must be a whole number from 0 to 65535."),
        (
            "APUS_LOG_LEVEL", "inof",
            "APUS_LOG_LEVEL: log.level is \"inof\"; it must be one of trace, debug, info, notice, warning, error, "
                + "critical. Did you mean info?"
        ),
        ("APUS_ACCOUNTS", "12", "APUS_ACCOUNTS: accounts \"12\" is not an account of 12 digits."),
        ("APUS_ACCOUNTS", "000000000001,000000000001", "APUS_ACCOUNTS: accounts names \"000000000001\" twice."),
        ("APUS_REGION", "Mars", "APUS_REGION: region \"Mars\" is not a region such as us-east-1."),
        ("APUS_HOST", "a/b", "APUS_HOST: host \"a/b\" is neither an address nor a host name."),
        ("APUS_DATA_DIRECTORY", "", "APUS_DATA_DIRECTORY: data_directory \"\" is not a path."),
    ])
    func `a value out of range gets a sentence`(_ variable: String, _ text: String, _ sentence: String) {
        #expect(throws: ConfigurationError([sentence])) { try self.load(variables: [variable: text]) }
    }

    @Test func `a value of the wrong type in a file gets a sentence`() {
        #expect(
            throws: ConfigurationError([
                "apus.toml, line 1: port is \"1\"; it must be a whole number from 0 to 65535.",
                "apus.toml, line 2: accounts is 1; it must be a list of texts.",
                "apus.toml, line 3: host is true; it must be text.",
            ])
        ) { try self.load(file: "port = \"1\"\naccounts = [1]\nhost = true") }
    }

    @Test func `a file that is not TOML is named with the line`() {
        #expect(throws: ConfigurationError(["apus.toml, line 2: port lacks its =."])) {
            try self.load(file: "host = \"::1\"\nport 4")
        }
    }

    private func load(
        file: String? = nil, variables: [String: String] = [:], flags: [ConfigurationSources.Flag] = []
    ) throws -> LoadedConfiguration {
        try ConfigurationLoader.load(
            ConfigurationSources(
                file: file.map { .init(path: "apus.toml", bytes: Array($0.utf8)) }, variables: variables, flags: flags))
    }
}
