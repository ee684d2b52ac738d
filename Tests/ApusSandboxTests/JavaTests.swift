import ApusBase
import ApusSandbox
import ApusService
import Glibc
import Testing

/// Handlers in Java, compiled here: a machine without a JDK overlooks these.
@Suite(.serialized, .enabled(if: access("/usr/bin/javac", X_OK) == 0)) struct JavaTests {
    /// The interfaces that aws-lambda-java-core brings with a package, as far as they are used here.
    private static let core: [String: String] = [
        "com/amazonaws/services/lambda/runtime/LambdaLogger.java": """
        package com.amazonaws.services.lambda.runtime;
        public interface LambdaLogger { void log(String message); void log(byte[] message); }
        """,
        "com/amazonaws/services/lambda/runtime/Context.java": """
        package com.amazonaws.services.lambda.runtime;
        public interface Context {
            String getAwsRequestId(); String getFunctionName(); int getRemainingTimeInMillis(); int getMemoryLimitInMB();
            String getInvokedFunctionArn(); LambdaLogger getLogger();
        }
        """,
        "com/amazonaws/services/lambda/runtime/RequestHandler.java": """
        package com.amazonaws.services.lambda.runtime;
        public interface RequestHandler<I, O> { O handleRequest(I input, Context context); }
        """,
        "com/amazonaws/services/lambda/runtime/RequestStreamHandler.java": """
        package com.amazonaws.services.lambda.runtime;
        import java.io.*;
        public interface RequestStreamHandler { void handleRequest(InputStream in, OutputStream out, Context c) throws IOException; }
        """,
    ]

    private static let source = """
        package sample;
        import com.amazonaws.services.lambda.runtime.*;
        import java.io.*;
        import java.util.*;
        public class App implements RequestHandler<Map<String, Object>, Map<String, Object>> {
            public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
                context.getLogger().log("two\\nlines");
                Map<String, Object> answer = new TreeMap<>();
                answer.put("id", context.getAwsRequestId());
                answer.put("name", context.getFunctionName());
                answer.put("memory", context.getMemoryLimitInMB());
                answer.put("hasTime", context.getRemainingTimeInMillis() > 1000);
                answer.put("event", event);
                return answer;
            }
            public static class Point {
                private int x; public List<String> tags;
                public int getX() { return x; } public void setX(int x) { this.x = x; }
            }
            public Point move(Point point) { point.setX(point.getX() + 1); return point; }
            public String greet(String name) { return "hello \\u00e4 " + name; }
            public int fail(int number) { throw new IllegalStateException("no " + number); }
            public String arguments(int number) {
                return java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().toString();
            }
            public void exit(Object event) { System.exit(3); }
            public static class Stream implements RequestStreamHandler {
                public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
                    int next; while ((next = in.read()) >= 0) out.write(Character.toUpperCase(next));
                }
            }
        }
        """

    /// A folder with all of it compiled, once for all tests; removed when the process ends.
    private static let classes: String? = {
        var template = Array("/tmp/apus-java-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        atexit { JavaTests.classes.map(removeTree) }
        let parents = [
            "sources", "sources/sample", "sources/com", "sources/com/amazonaws", "sources/com/amazonaws/services",
            "sources/com/amazonaws/services/lambda", "sources/com/amazonaws/services/lambda/runtime", "classes",
        ]
        for parent in parents { mkdir("\(folder)/\(parent)", 0o755) }
        let sources = Self.core.merging(["sample/App.java": Self.source]) { $1 }
        for (name, text) in sources { writeFile("\(folder)/sources/\(name)", text) }
        let words =
            ["/usr/bin/javac", "--release", "8", "-nowarn", "-Xlint:-options", "-d", "\(folder)/classes"]
            + sources.keys.map { "\(folder)/sources/\($0)" }
        return (try? run(words)) == 0 ? folder : nil
    }()

    private func function(_ bench: Bench, handler: String) throws -> EnvironmentSpec {
        let spec = bench.function("java17", handler: handler, files: [:], memoryMiB: 512)
        let classes = try #require(Self.classes)
        try #require(run(["/bin/cp", "-r", "\(classes)/classes/.", spec.codeDirectory]) == 0)
        return spec
    }

    /// A handler whose package has the interfaces alone, in the layer's jars.
    @Test(
        .enabled(if: access("/usr/bin/jar", X_OK) == 0), arguments: [Isolation.Wish.process, .namespaces]
    ) func `the jars of a layer are on the class path`(isolation: Isolation.Wish) async throws {
        if isolation == .namespaces, Namespaces.problem() != nil { return }
        try await Bench.run(configure: { $0.isolation = isolation }) { bench in
            var spec = bench.function("java17", handler: "sample.App::greet", files: ["note": ""], memoryMiB: 512)
            let classes = try #require(Self.classes)
            let layer = "\(bench.directory)/layer"
            for path in [layer, "\(layer)/java", "\(layer)/java/lib"] { mkdir(path, 0o755) }
            let jar = "\(layer)/java/lib/sample.jar"
            try #require(run(["/usr/bin/jar", "cf", jar, "-C", "\(classes)/classes", "."]) == 0)
            spec.layerDirectories = [layer]
            #expect(try await bench.answer(spec, "\"you\"") == "\"hello ä you\"")
        }
    }

    @Test func `the archive of the bootstrap's classes is made once, and an environment after a restart has it`()
        async throws
    {
        var template = Array("/tmp/apus-java-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(directory, 0o755)
        defer { removeTree(directory) }
        func archives() -> [String: Int] {
            var found: [String: Int] = [:]
            for folder in (try? Files.names(in: "\(directory)/runtimes")) ?? [] {
                let java = "\(directory)/runtimes/\(folder)/java"
                for name in (try? Files.names(in: java)) ?? [] where name.hasSuffix(".jsa") {
                    var status = stat()
                    if stat("\(java)/\(name)", &status) == 0 { found["\(java)/\(name)"] = Int(status.st_ino) }
                }
            }
            return found
        }
        let shared: (inout SandboxConfiguration) -> Void = { configuration in
            var moved = SandboxConfiguration(directory: directory)
            moved.endpoint = configuration.endpoint
            configuration = moved
        }
        try await Bench.run(configure: shared) { bench in
            #expect(
                try await bench.answer(self.function(bench, handler: "sample.App::greet"), "\"a\"") == "\"hello ä a\"")
            for _ in 0..<2000 where archives().isEmpty { try await Task.sleep(nanoseconds: 10_000_000) }
        }
        let made = archives()
        try #require(made.count == 1)
        try await Bench.run(configure: shared) { bench in
            let arguments = try await bench.answer(self.function(bench, handler: "sample.App::arguments"), "1")
            #expect(arguments.contains(".jsa"))
        }
        #expect(archives() == made)
    }

    @Test func `a RequestHandler gets its event as the type that it names, and a context`() async throws {
        try await Bench.run { bench in
            let spec = try self.function(bench, handler: "sample.App::handleRequest")
            let answer = try await bench.json(spec, #"{"a": [1, 2.5, "x", null, true], "b": {"c": 12345678901}}"#)
            #expect(answer["name"]?.stringValue == "sample")
            #expect(answer["memory"]?.int64Value == 512)
            #expect(answer["hasTime"] == .bool(true))
            #expect(answer["event"]?["a"]?[2]?.stringValue == "x")
            #expect(answer["event"]?["b"]?["c"]?.int64Value == 12_345_678_901)
            #expect(bench.messages.contains("two\nlines"), "one event, however many lines")
        }
    }

    @Test func `a class alone is enough for its interface, and a stream handler gets bytes`() async throws {
        try await Bench.run { bench in
            let plain = try await bench.json(self.function(bench, handler: "sample.App"))
            #expect(plain["name"]?.stringValue == "sample")
            #expect(try await bench.answer(self.function(bench, handler: "sample.App$Stream"), "\"abc\"") == "\"ABC\"")
        }
    }

    @Test func `any public method is a handler: beans, texts, numbers`() async throws {
        try await Bench.run { bench in
            let moved = try await bench.json(
                self.function(bench, handler: "sample.App::move"), #"{"X": 4, "tags": ["a"], "unknown": 1}"#)
            #expect(moved["x"]?.int64Value == 5 && moved["tags"]?[0]?.stringValue == "a")
            #expect(
                try await bench.answer(self.function(bench, handler: "sample.App::greet"), "\"you\"")
                    == "\"hello ä you\"")
        }
    }

    @Test func `what a handler throws is Lambda's error, and the environment goes on`() async throws {
        try await Bench.run { bench in
            let spec = try self.function(bench, handler: "sample.App::fail")
            for number in 1...2 {
                let outcome = try await bench.invoke(spec, "\(number)").get()
                #expect(outcome.functionError == .unhandled)
                let error = try outcome.json
                #expect(error["errorMessage"]?.stringValue == "no \(number)")
                #expect(error["errorType"]?.stringValue == "java.lang.IllegalStateException")
                #expect(error["stackTrace"]?[0]?.stringValue?.hasPrefix("sample.App.fail(App.java:") == true)
            }
            #expect(bench.runner.statistics.coldStarts == 1)
            let exited = try await bench.invoke(self.function(bench, handler: "sample.App::exit")).get()
            #expect(exited.text.contains("exit status 3"))
        }
    }

    @Test func `a class or a method that is not there is an error of the initialisation`() async throws {
        try await Bench.run { bench in
            let missing = try await bench.invoke(self.function(bench, handler: "sample.None::run")).get()
            #expect(try missing.json["errorType"]?.stringValue == "java.lang.ClassNotFoundException")
            #expect(try missing.json["errorMessage"]?.stringValue == "Class not found: sample.None")
            let method = try await bench.invoke(self.function(bench, handler: "sample.App::run")).get()
            #expect(
                try method.json["errorMessage"]?.stringValue
                    == "No public method named run with appropriate method signature found on class sample.App")
        }
    }
}
