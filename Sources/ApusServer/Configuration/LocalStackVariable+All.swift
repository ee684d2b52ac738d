extension LocalStackVariable {
    private static let no = ["0", "false", "False"]
    private static let yes = ["1", "true", "True"]

    /// Every variable that is known. Of two for one setting the first counts.
    package static let all: [LocalStackVariable] =
        address + server + functions + unneeded + elsewhere

    private static let address = [
        LocalStackVariable(
            "GATEWAY_LISTEN", .mapped(setting: "host", translate: { Self.gatewayHost($0) }),
            "the address to listen on: the setting `host`. Of several addresses the first counts. One that is not loopback needs "
                + "`APUS_DEV_ACCESS=everyone` too"),
        LocalStackVariable(
            "GATEWAY_LISTEN", .mapped(setting: "port", translate: { Self.gatewayPort($0) }),
            "its port: the setting `port`"),
        LocalStackVariable(
            "EDGE_PORT", .mapped(setting: "port", translate: { .text($0, notice: "use GATEWAY_LISTEN or APUS_PORT.") }),
            "the old name of the port: the setting `port`"),
        LocalStackVariable(
            "LOCALSTACK_HOST", .ignored(),
            "URLs in answers have the host name and the port that the request was sent to."),
    ]

    private static let server = [
        LocalStackVariable(
            "LS_LOG", .mapped(setting: "log.level", translate: { Self.logLevel($0) }),
            "the setting `log.level`: `trace` and `trace-internal` as trace, `warn` as warning, others by their names"),
        LocalStackVariable(
            "DEBUG", .mapped(setting: "log.level", translate: { Self.debug($0) }),
            "`1` is the setting `log.level=debug`"),
        LocalStackVariable(
            "DEFAULT_REGION",
            .mapped(setting: "region", translate: { .text($0, notice: "use APUS_REGION.") }), "the setting `region`"),
        LocalStackVariable(
            "PERSISTENCE", .ignored(unless: Self.yes),
            "everything is always kept in the data directory. For an empty start use another one, or POST /_apus/reset."
        ),
        LocalStackVariable(
            "SERVICES", .ignored(),
            "all services are always there and cost nothing until they are used; those that Apus lacks answer 501."),
        LocalStackVariable(
            "STRICT_SERVICE_LOADING", .ignored(unless: Self.no),
            "all services are always there; requests to those that Apus lacks answer 501."),
        LocalStackVariable("EAGER_SERVICE_LOADING", .ignored(), "all services are there from the start."),
        LocalStackVariable(
            "USE_SSL", .refused(unless: Self.no),
            "TLS takes a certificate: with APUS_TLS_CERTIFICATE and APUS_TLS_KEY the same port speaks it too, and URLs have https."
        ),
        LocalStackVariable(
            "ENFORCE_IAM", .ignored(unless: Self.yes),
            "policies are always evaluated; the key test/test is of the root user."),
        LocalStackVariable(
            "IAM_SOFT_MODE", .refused(unless: Self.no), "policies cannot be evaluated without being enforced."),
    ]

    private static let functions = [
        LocalStackVariable(
            "LAMBDA_KEEPALIVE_MS",
            .mapped(setting: "functions.keep_alive_seconds", translate: { Self.seconds(milliseconds: $0) }),
            "the setting `functions.keep_alive_seconds`, rounded up to seconds"),
        LocalStackVariable(
            "LAMBDA_LIMITS_CONCURRENT_EXECUTIONS",
            .mapped(setting: "functions.maximum_environments", translate: { .text($0) }),
            "the setting `functions.maximum_environments`"),
        LocalStackVariable(
            "LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT", .ignored(),
            "an environment has the ten seconds to start that AWS gives it."),
        LocalStackVariable(
            "LAMBDA_SYNCHRONOUS_CREATE", .ignored(), "CreateFunction answers when the function can be invoked."),
        LocalStackVariable(
            "LAMBDA_IGNORE_ARCHITECTURE", .ignored(unless: Self.no), "functions run on this machine's processor."),
    ]

    /// What configures machinery that is not there.
    private static let unneeded = [
        "DOCKER_HOST", "DOCKER_SOCK", "DOCKER_FLAGS", "DOCKER_CMD", "MAIN_CONTAINER_NAME", "MAIN_DOCKER_NETWORK",
        "CONTAINER_RUNTIME", "LAMBDA_DOCKER_DNS", "LAMBDA_DOCKER_FLAGS", "LAMBDA_DOCKER_NETWORK",
        "LAMBDA_DOWNLOAD_AWS_LAYERS", "LAMBDA_EXECUTOR", "LAMBDA_PREBUILD_IMAGES", "LAMBDA_REMOTE_DOCKER",
        "LAMBDA_REMOVE_CONTAINERS", "LAMBDA_RUNTIME_EXECUTOR", "LAMBDA_RUNTIME_IMAGE_MAPPING",
    ].map { LocalStackVariable($0, .ignored(), "functions are processes of this machine; there is no Docker.") }

    private static let elsewhere =
        [
            "LOCALSTACK_AUTH_TOKEN", "LOCALSTACK_API_KEY", "ACTIVATE_PRO",
        ].map { LocalStackVariable($0, .ignored(unless: Self.no), "there is nothing to be activated.") }
        + ["DISABLE_EVENTS", "SKIP_SSL_CERT_DOWNLOAD", "SKIP_INFRA_DOWNLOADS"].map {
            LocalStackVariable($0, .ignored(unless: Self.yes), "Apus sends and fetches nothing by itself.")
        }
        + ["SNAPSHOT_SAVE_STRATEGY", "SNAPSHOT_LOAD_STRATEGY", "SNAPSHOT_FLUSH_INTERVAL"].map {
            LocalStackVariable($0, .ignored(), "every write is on disk before it is answered; there are no snapshots.")
        }
        + ["DISABLE_CORS_CHECKS", "EXTRA_CORS_ALLOWED_ORIGINS", "EXTRA_CORS_ALLOWED_HEADERS", "DISABLE_CORS_HEADERS"]
        .map {
            LocalStackVariable($0, .ignored(), "the port sends no CORS headers of its own; a function URL has its own.")
        }
        + [
            "SQS_ENDPOINT_STRATEGY", "SQS_DELAY_PURGE_RETRY", "SQS_DELAY_RECENTLY_DELETED",
            "SQS_CLOUDWATCH_METRICS_REPORT_INTERVAL",
        ]
        .map {
            LocalStackVariable($0, .ignored(), "queues behave as in AWS; their URLs are http://host:port/account/name.")
        }

    // MARK: Translations

    /// `127.0.0.1:4566`, `:4566`, `127.0.0.1`, `[::1]:4566`, and lists of them.
    private static func addresses(_ text: String) -> (host: String, port: String, more: Bool) {
        let parts = text.split(separator: ",").map { $0.filter { $0 != " " } }
        let first = parts.first ?? ""
        if first.hasPrefix("["), let end = first.firstIndex(of: "]") {
            let rest = first[first.index(after: end)...]
            return (
                String(first[first.index(after: first.startIndex)..<end]), String(rest.drop { $0 == ":" }),
                parts.count > 1
            )
        }
        let halves = first.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(halves.first ?? ""), halves.count > 1 ? String(halves[1]) : "", parts.count > 1)
    }

    @Sendable private static func gatewayHost(_ text: String) -> Translation {
        let address = Self.addresses(text)
        let notice = address.more ? "only the first address is listened on." : nil
        guard !address.host.isEmpty else { return notice.map { .text("127.0.0.1", notice: $0) } ?? .nothing }
        return .text(address.host, notice: notice)
    }

    @Sendable private static func gatewayPort(_ text: String) -> Translation {
        let port = Self.addresses(text).port
        return port.isEmpty ? .nothing : .text(port)
    }

    @Sendable private static func logLevel(_ text: String) -> Translation {
        switch text.lowercased() {
        case "trace", "trace-internal": .text("trace")
        case "warn", "warning": .text("warning")
        case "debug": .text("debug")
        case "info": .text("info")
        case "error": .text("error")
        case "critical": .text("critical")
        default: .refusal("there is no log level \(text).")
        }
    }

    /// Other programs read a variable of this name too, with other values: those say nothing here.
    @Sendable private static func debug(_ text: String) -> Translation {
        if Self.yes.contains(text) { return .text("debug") }
        return .nothing
    }

    @Sendable private static func seconds(milliseconds text: String) -> Translation {
        guard let number = Int(text), number >= 0 else { return .refusal("\(text) is no number of milliseconds.") }
        return .text(String(number / 1_000 + (number % 1_000 > 0 ? 1 : 0)))
    }
}
