internal import ApusBase
internal import Glibc

/// What the process itself uses, under the names that every Prometheus client library has for it.
package enum ProcessMetrics {
    /// The families, and `apus_build_info`.
    package static func families() -> [MetricFamily] {
        [
            MetricFamily("apus_build_info", .gauge, "The version that runs; the value is always 1.") {
                [.init(1, labels: [("version", ApusVersion.current)])]
            },
            MetricFamily("process_resident_memory_bytes", .gauge, "Resident memory size in bytes.") {
                Self.one(Self.residentBytes())
            },
            MetricFamily("process_cpu_seconds_total", .counter, "Total user and system CPU time spent in seconds.") {
                Self.one(Self.cpuSeconds())
            },
            MetricFamily("process_open_fds", .gauge, "Number of open file descriptors.") {
                // Reading the folder takes a descriptor of its own.
                Self.one((try? Files.names(in: "/proc/self/fd")).map { Double($0.count - 1) })
            },
            MetricFamily("process_max_fds", .gauge, "Maximum number of open file descriptors.") {
                Self.one(Self.descriptorLimit().map { Double($0) })
            },
            MetricFamily("process_start_time_seconds", .gauge, "Start time of the process since unix epoch in seconds.")
            {
                Self.one(Self.startSeconds())
            },
        ]
    }

    /// The soft limit on open files.
    package static func descriptorLimit() -> UInt64? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(7), &limit) == 0 else { return nil }
        return UInt64(limit.rlim_cur)
    }

    package static func residentBytes() -> Double? {
        guard let fields = Self.fields("/proc/self/statm"), fields.count > 1, let pages = Double(fields[1]) else {
            return nil
        }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func cpuSeconds() -> Double? {
        guard let fields = Self.statFields(), let user = Double(fields[11]), let system = Double(fields[12]) else {
            return nil
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func startSeconds() -> Double? {
        guard let fields = Self.statFields(), let ticks = Double(fields[19]),
            let lines = try? Files.readAll("/proc/stat"),
            let boot = String(decoding: lines, as: UTF8.self).split(separator: "\n").first(where: {
                $0.hasPrefix("btime ")
            }), let bootSeconds = Double(boot.dropFirst(6))
        else { return nil }
        return bootSeconds + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The fields of /proc/self/stat behind the command's name, which may hold spaces: the first is the state (field 3).
    private static func statFields() -> [Substring]? {
        guard let bytes = try? Files.readAll("/proc/self/stat"), let end = bytes.lastIndex(of: UInt8(ascii: ")")) else {
            return nil
        }
        let fields = Substring(String(decoding: bytes[(end + 1)...], as: UTF8.self)).split(separator: " ")
        return fields.count > 20 ? fields : nil
    }

    private static func fields(_ path: String) -> [Substring]? {
        guard let bytes = try? Files.readAll(path) else { return nil }
        return Substring(String(decoding: bytes, as: UTF8.self)).split(separator: " ")
    }

    private static func one(_ value: Double?) -> [MetricFamily.Sample] {
        value.map { [MetricFamily.Sample($0)] } ?? []
    }
}
