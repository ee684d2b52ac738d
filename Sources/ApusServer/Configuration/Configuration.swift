/// Every setting of a server, checked, with its default.
///
/// Settings come from four sources, each overriding the one before: these defaults, a TOML file, `APUS_…` variables and
/// flags (see `ConfigurationLoader`). A value that got in here is in range: nobody below checks again.
package struct Configuration: Sendable, Equatable {
    /// The address the front door listens on: an IPv4 or IPv6 address, or `localhost`.
    package var host: String = "127.0.0.1"
    /// The TCP port; 0 takes a free one.
    package var port: Int = 4566
    /// Where everything lies that must outlive the process; relative to the working directory unless it begins with `/`.
    package var dataDirectory: String = "apus-data"
    /// The region of requests that name none, and of function URLs.
    package var region: String = "us-east-1"
    /// The accounts that `apus dev` makes root keys for, in order; the first also answers to the key `test`. Never empty.
    package var accounts: [String] = ["000000000000"]
    /// Who may read `/_apus/metrics`.
    package var metricsAccess: Access = .loopback
    /// Who may reach a dev server.
    package var devAccess: Access = .loopback
    package var log: Log = Log()
    package var http: HTTP = HTTP()
    package var tls: TLS = TLS()
    package var store: Store = Store()
    package var functions: Functions = Functions()
    package var dynamodb: DynamoDB = DynamoDB()
    package var initScripts: InitScripts = InitScripts()

    package init() {}
}

extension Configuration {
    /// Which peers may do something.
    package enum Access: String, Sendable, CaseIterable {
        case loopback
        case everyone
    }

    /// What is written to the standard error.
    package struct Log: Sendable, Equatable {
        package enum Level: String, Sendable, CaseIterable {
            case trace, debug, info, notice, warning, error, critical
        }
        package enum Format: String, Sendable, CaseIterable {
            /// Lines for people.
            case text
            /// One JSON object a line.
            case json
        }
        package enum Requests: String, Sendable, CaseIterable {
            /// One line for each request.
            case all
            /// Lines for requests that failed.
            case errors
            case none
        }
        package var level: Level = .info
        package var format: Format = .text
        package var requests: Requests = .all

        package init() {}
    }

    /// The front door's limits.
    package struct HTTP: Sendable, Equatable {
        /// A longer body is refused with 413. The largest that AWS takes for these services is a zip of 50 MiB in Base64.
        package var bodyLimitMiB: Int = 72
        /// All header fields of one request together.
        package var headerLimitBytes: Int = 65_536
        package var headerCountLimit: Int = 256
        /// A connection without a request for so long is closed.
        package var idleTimeoutSeconds: Int = 75
        /// A request's header must have come whole within this time of its first byte.
        package var headTimeoutSeconds: Int = 10
        /// A request's body must have come whole within this time of its header.
        package var bodyTimeoutSeconds: Int = 600
        /// How long a stopping server waits for what is running.
        package var shutdownGraceSeconds: Int = 30
        /// Connections beyond this are refused.
        package var connectionLimit: Int = 16_384
        /// Threads that serve connections; 0 means half as many as there are cores, but two of two or three: the writer and
        /// functions want the rest.
        package var eventLoops: Int = 0

        package init() {}
    }

    /// The certificate that the front door shows; none, and so no TLS, unless both paths are set.
    package struct TLS: Sendable, Equatable {
        /// Who may speak plain HTTP although there is a certificate.
        package enum PlainHTTP: String, Sendable, CaseIterable {
            case everyone
            /// Peers on this machine: functions that the server runs reach it so.
            case loopback
            case nobody
        }
        /// PEM: the server's certificate, then those that vouch for it.
        package var certificate: String = ""
        /// PEM, without a passphrase.
        package var key: String = ""
        package var plainHTTP: PlainHTTP = .everyone

        package var isConfigured: Bool { !self.certificate.isEmpty && !self.key.isEmpty }

        package init() {}
    }

    /// The store's memory and the disk it leaves alone.
    package struct Store: Sendable, Equatable {
        /// Decompressed blocks kept in memory; filled as they are read.
        package var cacheMiB: Int = 64
        /// With less free space than this, writes are refused and reads go on.
        package var freeSpaceFloorMiB: Int = 256

        package init() {}
    }

    /// DynamoDB's tables.
    package struct DynamoDB: Sendable, Equatable {
        package enum Enforcement: String, Sendable, CaseIterable {
            /// Throughput is kept and shown.
            case off = "false"
            /// What goes beyond it is throttled.
            case on = "true"
        }
        package var enforceThroughput: Enforcement = .off

        package init() {}
    }

    /// Scripts that run when a server starts and stops.
    package struct InitScripts: Sendable, Equatable {
        /// A folder with `boot.d`, `start.d`, `ready.d` and `shutdown.d` beside the two that are always looked into; empty for
        /// none.
        package var directory: String = ""
        /// A script that takes longer is ended and counts as failed.
        package var timeoutSeconds: Int = 300

        package init() {}
    }

    /// How functions run.
    package struct Functions: Sendable, Equatable {
        package enum Isolation: String, Sendable, CaseIterable {
            /// Namespaces. Where the machine does not permit them, `apus serve` refuses, and `apus dev` runs processes and says so.
            case automatic
            /// Namespaces, or no server.
            case namespaces
            /// Plain processes, which see the host's files: for code that is trusted.
            case process
        }
        /// Whether another version of a language may stand in for one that is not installed.
        package enum Substitution: String, Sendable, CaseIterable {
            /// `nearest` in `apus dev`, `none` in `apus serve`.
            case automatic
            case nearest
            case none
        }
        package var isolation: Isolation = .automatic
        /// Which network functions see.
        package enum Network: String, Sendable, CaseIterable {
            case host
            /// One for each environment: Apus, and of the outside what `egress` permits.
            case `private`
            /// One for each environment: Apus alone.
            case none
        }
        package var network: Network = .host
        /// What functions reach of the outside from a private network: `443`, `10.1.0.0/16:5432`.
        package var egress: [String] = []
        /// `NAME=PATH`: a runtime identifier and the interpreter, or runtime client, that runs it.
        package var runtimes: [String] = []
        package var substitution: Substitution = .automatic
        /// Whether functions may run from folders as they lie there (`hot-reload`).
        package enum HotReload: String, Sendable, CaseIterable {
            /// In `apus dev` only.
            case automatic
            case never
        }
        package var hotReload: HotReload = .automatic
        /// A folder of packages that every Python function finds after its own; empty: none.
        package var pythonLibraries: String = ""
        /// Where container images may come from: folders of OCI layouts, registries, `NAME=REGISTRY`.
        package var images: [String] = []
        package var imageCredentials: String = ""
        package var imageMebibytes: Int = 10_240
        package var imageSeconds: Int = 300
        /// `ARN=FOLDER`: what stands for an access point of a file system.
        package var fileSystems: [String] = []
        /// Processes of Node.js and of Java that wait for a function, for each size of memory in use.
        package var waitingProcesses: Int = 1
        package enum KeepAlive: String, Sendable, CaseIterable {
            /// A function's history decides how long its environments are kept, and when one is made before the next event.
            case predicted
            /// `keepAliveSeconds`.
            case fixed
        }
        package var keepAlive: KeepAlive = .predicted
        /// An environment without an event for so long is ended; under prediction, until enough is known of its function.
        package var keepAliveSeconds: Int = 300
        /// Environments of all functions together.
        package var maximumEnvironments: Int = 256

        package init() {}
    }
}
