internal import ApusSandbox

extension Setting {
    /// Every setting there is, in the order of the reference. The whole list: no other code knows a name.
    package static let all: [Setting] =
        server + log + http + tls + store + functions + dynamodb + initScripts

    /// The setting with this key, if there is one. O(settings).
    package static func named(_ key: String) -> Setting? { self.all.first { $0.key == key } }

    private static let server: [Setting] = [
        Setting(
            "host", .text(\.host, check: Self.checkHost), "The address to listen on; dev takes a loopback one only."),
        Setting("port", .integer(\.port, 0...65_535), "The TCP port; 0 takes a free one and prints it."),
        Setting(
            "data_directory", .text(\.dataDirectory, check: Self.checkPath),
            "Where everything lies that must outlive the process."),
        Setting("region", .text(\.region, check: Self.checkRegion), "The region of requests that name none."),
        Setting(
            "accounts", .texts(\.accounts, check: Self.checkAccount),
            "Accounts of 12 digits that dev makes a root key ID/test for; the first also answers to test/test."),
        Setting(
            "metrics_access", \.metricsAccess,
            "Who may read /_apus/metrics: peers on this machine, or everyone who reaches the port."),
        Setting(
            "dev_access", \.devAccess,
            "Whether dev listens on loopback addresses only. Its keys are known to everybody: everyone is for containers, whose "
                + "published ports decide who reaches it."),
    ]

    private static let log: [Setting] = [
        Setting("log.level", \.log.level, "The least severe lines that are written."),
        Setting("log.format", \.log.format, "Lines for people, or one JSON object a line."),
        Setting("log.requests", \.log.requests, "Which requests get a line of their own."),
    ]

    private static let http: [Setting] = [
        Setting("http.body_limit_mib", .integer(\.http.bodyLimitMiB, 1...2_047), "A longer body is refused with 413."),
        Setting(
            "http.header_limit_bytes", .integer(\.http.headerLimitBytes, 4_096...1_048_576),
            "All header fields of one request together."),
        Setting(
            "http.header_count_limit", .integer(\.http.headerCountLimit, 16...4_096), "Header fields of one request."),
        Setting(
            "http.idle_timeout_seconds", .integer(\.http.idleTimeoutSeconds, 1...86_400),
            "A connection without a request for so long is closed."),
        Setting(
            "http.head_timeout_seconds", .integer(\.http.headTimeoutSeconds, 1...3_600),
            "A request's header must have come whole within this time of its first byte."),
        Setting(
            "http.body_timeout_seconds", .integer(\.http.bodyTimeoutSeconds, 1...86_400),
            "A request's body must have come whole within this time of its header."),
        Setting(
            "http.shutdown_grace_seconds", .integer(\.http.shutdownGraceSeconds, 0...3_600),
            "How long a stopping server waits for what is running."),
        Setting(
            "http.connection_limit", .integer(\.http.connectionLimit, 16...1_000_000),
            "Connections beyond this are refused."),
        Setting(
            "http.event_loops", .integer(\.http.eventLoops, 0...1_024),
            "Threads that serve connections; 0 means half as many as there are cores, but two of two or three."),
    ]

    private static let tls: [Setting] = [
        Setting(
            "tls.certificate", .text(\.tls.certificate, check: Self.checkOptionalPath),
            "A PEM file with the server's certificate and those that vouch for it; with the key it turns TLS on. Read again when it changes."
        ),
        Setting(
            "tls.key", .text(\.tls.key, check: Self.checkOptionalPath),
            "A PEM file with the certificate's private key, without a passphrase."),
        Setting(
            "tls.plain_http", \.tls.plainHTTP,
            "Who may speak plain HTTP on the port of a server that has a certificate."),
    ]

    private static let store: [Setting] = [
        Setting("store.cache_mib", .integer(\.store.cacheMiB, 8...1_048_576), "Blocks of the store kept in memory."),
        Setting(
            "store.free_space_floor_mib", .integer(\.store.freeSpaceFloorMiB, 16...1_048_576),
            "With less free space than this, writes are refused and reads go on."),
    ]

    private static let functions: [Setting] = [
        Setting(
            "functions.isolation", \.functions.isolation,
            "How functions are kept apart; automatic takes namespaces, and in dev processes where the machine permits none."
        ),
        Setting(
            "functions.network", \.functions.network,
            "Which network functions see: the host's; one of their own, with Apus and what functions.egress permits (private), or "
                + "with Apus alone (none)."),
        Setting(
            "functions.egress", .texts(\.functions.egress, check: Self.checkEgress),
            "What functions reach of the outside from a private network, by TCP over IPv4: PORT or NETWORK:PORT each, as 443 or "
                + "10.1.0.0/16:5432. Names are resolved where this is not empty."),
        Setting(
            "functions.runtimes", .texts(\.functions.runtimes, check: Self.checkRuntime),
            "NAME=PATH each: the interpreter that runs a runtime of Lambda's in place of the one found, or, for Ruby and .NET, a "
                + "program that speaks the Runtime API."),
        Setting(
            "functions.substitution", \.functions.substitution,
            "Whether the nearest version of a language stands in for one that is not installed; automatic does so in dev only."
        ),
        Setting(
            "functions.hot_reload", \.functions.hotReload,
            "Whether functions may be made from a folder, as the key of an object in the bucket hot-reload, and take its changes; "
                + "automatic permits it in dev only."),
        Setting(
            "functions.python_libraries", .text(\.functions.pythonLibraries, check: Self.checkOptionalFullPath),
            "A folder of packages that every Python function finds after its own: AWS's runtimes carry boto3 and botocore. Empty: "
                + "none, beside what the machine's Python has."),
        Setting(
            "functions.images", .texts(\.functions.images, check: Self.checkImagePlace),
            "Where container images may come from: folders with OCI layouts, registries as HOST:PORT, http://HOST:PORT without TLS, and "
                + "NAME=REGISTRY for what addresses call NAME. Empty: no functions of images."),
        Setting(
            "functions.image_credentials", .text(\.functions.imageCredentials, check: Self.checkOptionalFullPath),
            "A file with the credentials for registries, as skopeo login writes it (auth.json). Empty: none."),
        Setting(
            "functions.image_mib", .integer(\.functions.imageMebibytes, 1...1_048_576),
            "The size of a container image, unpacked."),
        Setting(
            "functions.image_seconds", .integer(\.functions.imageSeconds, 1...3_600),
            "How long it may take to pull and unpack a container image."),
        Setting(
            "functions.file_systems", .texts(\.functions.fileSystems, check: Self.checkFileSystem),
            "ARN=FOLDER each: the folder that functions get for an access point of EFS, to change it."),
        Setting(
            "functions.waiting_processes", .integer(\.functions.waitingProcesses, 0...4),
            "Processes of Node.js and of Java that are started before there is a function for them, for each size of memory in use."
        ),
        Setting(
            "functions.keep_alive", \.functions.keepAlive,
            "Whether a function's history decides how long its idle environments are kept and when one is made ahead of an event."
        ),
        Setting(
            "functions.keep_alive_seconds", .integer(\.functions.keepAliveSeconds, 0...86_400),
            "An environment without an event for so long is ended; under prediction, until enough is known of its function."
        ),
        Setting(
            "functions.maximum_environments", .integer(\.functions.maximumEnvironments, 1...100_000),
            "Environments of all functions together."),
    ]

    private static let dynamodb: [Setting] = [
        Setting(
            "dynamodb.enforce_throughput", \.dynamodb.enforceThroughput,
            "Whether requests beyond a table's throughput are throttled, by what it has provisioned or, on demand, by its maximum and "
                + "the quota of 40,000 units a second; each server counts for itself.")
    ]

    private static let initScripts: [Setting] = [
        Setting(
            "init.directory", .text(\.initScripts.directory, check: { _ in nil }),
            "A folder of init scripts besides those in the data directory and in /etc/localstack/init."),
        Setting(
            "init.timeout_seconds", .integer(\.initScripts.timeoutSeconds, 1...86_400),
            "An init script that takes longer is ended and counts as failed."),
    ]

    @Sendable private static func checkHost(_ text: String) -> String? {
        let permitted = text.utf8.allSatisfy { byte in
            Self.isDigit(byte) || Self.isLetter(byte) || byte == 0x2D || byte == 0x2E || byte == 0x3A
        }
        return permitted && !text.isEmpty ? nil : "is neither an address nor a host name"
    }

    @Sendable private static func checkOptionalFullPath(_ text: String) -> String? {
        text.isEmpty || text.hasPrefix("/") && !text.utf8.contains(0) ? nil : "is no path from the root"
    }

    @Sendable private static func checkPath(_ text: String) -> String? {
        text.isEmpty || text.utf8.contains(0) ? "is not a path" : nil
    }

    /// Empty: none.
    @Sendable private static func checkOptionalPath(_ text: String) -> String? {
        text.utf8.contains(0) ? "is not a path" : nil
    }

    /// AWS's regions look like `eu-central-1`; any name of such characters is taken.
    @Sendable private static func checkRegion(_ text: String) -> String? {
        let permitted = text.utf8.allSatisfy { Self.isDigit($0) || (0x61...0x7A).contains($0) || $0 == 0x2D }
        return permitted && (1...32).contains(text.utf8.count) ? nil : "is not a region such as us-east-1"
    }

    @Sendable private static func checkAccount(_ text: String) -> String? {
        text.utf8.count == 12 && text.utf8.allSatisfy(Self.isDigit) ? nil : "is not an account of 12 digits"
    }

    /// Empty: none, as a variable without a value says it.
    @Sendable private static func checkEgress(_ text: String) -> String? { text.isEmpty ? nil : Egress.problem(text) }

    @Sendable private static func checkImagePlace(_ text: String) -> String? {
        text.isEmpty ? nil : ImagePlaces.problem(text)
    }

    @Sendable private static func checkFileSystem(_ text: String) -> String? {
        if text.isEmpty { return nil }
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let isPair =
            parts.count == 2 && parts[0].hasPrefix("arn:") && parts[1].hasPrefix("/") && !text.utf8.contains(0)
        return isPair ? nil : "is not the ARN of an access point, = and a path from the root"
    }

    @Sendable private static func checkRuntime(_ text: String) -> String? {
        if text.isEmpty { return nil }
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let isPair = parts.count == 2 && !parts[0].isEmpty && parts[1].hasPrefix("/") && !text.utf8.contains(0)
        return isPair ? nil : "is not of the form python3.12=/path/to/program"
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
