import ApusBase
import ApusSandbox
import ApusService
import Glibc
import Testing

/// Functions that are given a Java machine that was started before them.
@Suite(
    .serialized, .enabled(if: access("/usr/bin/javac", X_OK) == 0), .enabled(if: Namespaces.problem() == nil)
) struct WaitingJavaTests {
    /// What the process was started with tells whether it had waited.
    private static let source = """
        import java.io.*;
        import java.nio.file.*;
        import java.util.*;
        public class Look {
            public Map<String, Object> run(Map<String, Object> event) throws Exception {
                Map<String, Object> answer = new TreeMap<>();
                answer.put("begun", new String(Files.readAllBytes(Paths.get("/proc/self/environ")), "UTF-8"));
                answer.put("mark", System.getenv("MARK"));
                answer.put("key", System.getenv().containsKey("AWS_SECRET_ACCESS_KEY"));
                answer.put("count", System.getenv().size());
                answer.put("zone", TimeZone.getDefault().getID());
                answer.put("absolute", new File("Look.class").getAbsolutePath());
                answer.put("reads", new FileInputStream("Look.class").read() + " " + Files.exists(Paths.get("Look.class")));
                answer.put("path", System.getProperty("java.class.path"));
                answer.put("command", System.getProperty("sun.java.command"));
                answer.put("input", Files.readSymbolicLink(Paths.get("/proc/self/fd/0")).toString());
                Process child = new ProcessBuilder("/bin/sh", "-c", "echo $MARK; pwd").start();
                answer.put("child", new String(child.getInputStream().readAllBytes(), "UTF-8"));
                answer.put("jar", name("In") + " " + name("Layered"));
                answer.put("loader", Thread.currentThread().getContextClassLoader() == Look.class.getClassLoader());
                int sockets = 0;
                for (String name : new File("/proc/self/fd").list()) {
                    try {
                        if (Files.readSymbolicLink(Paths.get("/proc/self/fd/" + name)).toString().startsWith("socket:")) sockets++;
                    } catch (IOException error) { }
                }
                answer.put("sockets", sockets);
                answer.put("user", Files.getAttribute(Paths.get("/proc/self"), "unix:uid"));
                try {
                    Class.forName("java.lang.ProcessEnvironment").getDeclaredField("theEnvironment").setAccessible(true);
                    answer.put("opens", true);
                } catch (RuntimeException error) {
                    answer.put("opens", false);
                }
                return answer;
            }
            private static String name(String type) {
                try { return Class.forName(type).getName(); } catch (ClassNotFoundException error) { return "none"; }
            }
        }
        """

    /// `Look.class`, and the jars of classes that a package and a layer have; nil where they cannot be made.
    private static let classes: String? = {
        var template = Array("/tmp/apus-java-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        atexit { WaitingJavaTests.classes.map(removeTree) }
        let sources = ["Look": Self.source, "In": "public class In {}", "Layered": "public class Layered {}"]
        for (name, text) in sources { writeFile("\(folder)/\(name).java", text) }
        let compile = ["/usr/bin/javac", "--release", "9", "-nowarn", "-Xlint:-options", "-d", folder]
        guard (try? run(compile + sources.keys.map { "\(folder)/\($0).java" })) == 0 else { return nil }
        for name in ["In", "Layered"] {
            let words = ["/usr/bin/jar", "cf", "\(folder)/\(name).jar", "-C", folder, "\(name).class"]
            guard (try? run(words)) == 0 else { return nil }
        }
        return folder
    }()

    private func look(_ bench: Bench, _ variables: [String: String] = [:]) throws -> EnvironmentSpec {
        let classes = try #require(Self.classes)
        let spec = bench.function(
            "java17", handler: "Look::run", files: ["lib/note": ""], memoryMiB: 128, variables: variables)
        try #require(run(["/bin/cp", "\(classes)/Look.class", spec.codeDirectory]) == 0)
        try #require(run(["/bin/cp", "\(classes)/In.jar", "\(spec.codeDirectory)/lib"]) == 0)
        return spec
    }

    private func with(_ body: (Bench) async throws -> Void) async throws {
        try await Bench.run(configure: {
            $0.isolation = .namespaces
            $0.waitingProcesses = 1
        }) { bench in
            #expect(bench.runner.missing(runtime: "java17") == nil)
            try await body(bench)
        }
    }

    private static func hadWaited(_ answer: JSONValue) -> Bool {
        answer["begun"]?.stringValue.map { !$0.contains("AWS_SECRET_ACCESS_KEY=") } ?? false
    }

    /// A function that is like the one that is looked at is invoked until one is given a machine that waited.
    private func waited(_ bench: Bench, _ make: () throws -> EnvironmentSpec) async throws -> JSONValue {
        for _ in 0..<20 {
            let answer = try await bench.json(make())
            if Self.hadWaited(answer) { return answer }
            try await Task.sleep(nanoseconds: 500_000_000)
        }
        Issue.record("no function was given a machine that waited")
        return .null
    }

    @Test func `a function on a machine that has waited finds what it finds on one of its own`() async throws {
        try await self.with { bench in
            let variables = ["MARK": "one=1", "TZ": "Europe/Berlin"]
            let own = try await bench.json(self.look(bench, variables.merging(["JAVA_TOOL_OPTIONS": ""]) { $1 }))
            #expect(!Self.hadWaited(own), "it reads its variables at the start")
            let answer = try await self.waited(bench) { try self.look(bench, variables) }
            #expect(answer["count"]?.int64Value == own["count"]?.int64Value.map { $0 - 1 })
            for field in [
                "mark", "key", "zone", "absolute", "reads", "path", "command", "input", "child", "jar", "loader",
                "sockets", "opens",
            ] {
                #expect(answer[field] == own[field], "\(field)")
            }
            #expect(answer["mark"]?.stringValue == "one=1" && answer["zone"]?.stringValue == "Europe/Berlin")
            #expect(answer["absolute"]?.stringValue == "/var/task/Look.class")
            #expect(answer["child"]?.stringValue == "one=1\n/var/task\n" && answer["jar"]?.stringValue == "In none")
        }
    }

    @Test func `the machine that waits is the one that serves, though its word that it is ready was never read`()
        async throws
    {
        try await self.with { bench in
            _ = try await bench.json(self.look(bench))
            for number in 1...4 {
                try await bench.wait { $0.prestarted == 1 }
                // Its word lies in its door by then.
                try await Task.sleep(nanoseconds: 1_000_000_000)
                let answer = try await bench.json(self.look(bench))
                #expect(Self.hadWaited(answer), "function \(number) was given another machine")
            }
        }
    }

    @Test func `machines wait one after the other, each for one function, with a layer too`() async throws {
        try await self.with { bench in
            let first = try await self.waited(bench) { try self.look(bench, ["MARK": "one"]) }
            let layer = "\(bench.directory)/layer"
            for path in [layer, "\(layer)/java", "\(layer)/java/lib"] { mkdir(path, 0o755) }
            try #require(run(["/bin/cp", "\(#require(Self.classes))/Layered.jar", "\(layer)/java/lib"]) == 0)
            let second = try await self.waited(bench) {
                var spec = try self.look(bench)
                spec.layerDirectories = [layer]
                return spec
            }
            #expect(second["mark"] == .null, "nothing of the first function's")
            #expect(second["jar"]?.stringValue == "In Layered")
            if geteuid() == 0 { #expect(second["user"] != first["user"], "each has a user of its own") }
        }
    }

    @Test func `shared libraries and several layers have a machine of their own`() async throws {
        try await self.with { bench in
            _ = try await self.waited(bench) { try self.look(bench) }
            let library = try self.look(bench)
            writeFile("\(library.codeDirectory)/lib/libx.so", "")
            var layered = try self.look(bench)
            for name in ["one", "two"] {
                mkdir("\(bench.directory)/\(name)", 0o755)
                layered.layerDirectories.append("\(bench.directory)/\(name)")
            }
            var large = try self.look(bench)
            large.memoryMiB = 192
            for spec in [library, layered, large] {
                try await bench.wait { $0.prestarted == 1 }
                #expect(try await !Self.hadWaited(bench.json(spec)))
            }
        }
    }
}
