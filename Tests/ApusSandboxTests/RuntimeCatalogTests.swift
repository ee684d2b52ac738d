import ApusSandbox
import ApusService
import Glibc
import Testing

@Suite struct RuntimeCatalogTests {
    private let python311 = Interpreter(language: .python, path: "/usr/bin/python3.11", major: 3, minor: 11)
    private let python313 = Interpreter(language: .python, path: "/usr/bin/python3.13", major: 3, minor: 13)
    private let node20 = Interpreter(language: .node, path: "/usr/bin/node", major: 20, minor: 19)

    private func runtime(_ name: String) -> RuntimeIdentifier {
        guard case .supported(let runtime) = RuntimeIdentifier.recognise(name) else { preconditionFailure(name) }
        return runtime
    }

    @Test func `a runtime runs on the interpreter of its version`() {
        let catalog = RuntimeCatalog(interpreters: [self.python313, self.python311, self.node20])
        #expect(catalog.choose(self.runtime("python3.11")) == .interpreter(self.python311))
        #expect(catalog.choose(self.runtime("nodejs20.x")) == .interpreter(self.node20))
        #expect(catalog.choose(self.runtime("provided.al2023")) == .package)
        #expect(catalog.missing("python3.11") == nil)
    }

    @Test func `a runtime's version is another one after each change of its interpreter's file`() throws {
        var template = Array("/tmp/apus-versions-XXXXXX".utf8CString)
        let folder = String(cString: try #require(mkdtemp(&template)))
        defer { removeTree(folder) }
        let path = "\(folder)/python3.11"
        let catalog = RuntimeCatalog(
            interpreters: [Interpreter(language: .python, path: path, major: 3, minor: 11)], substitution: .none)
        func arn(_ runtime: String = "python3.11", region: String = "eu-west-1") -> String? {
            RuntimeVersions(catalog).arn(of: runtime, region: region)
        }
        #expect(arn() == nil, "there is no such file")
        writeFile(path, "one")
        let first = try #require(arn())
        #expect(first.hasPrefix("arn:aws:lambda:eu-west-1::runtime:") && arn() == first)
        #expect(arn(region: "us-east-1")?.hasPrefix("arn:aws:lambda:us-east-1::runtime:") == true)
        writeFile(path, "three")
        #expect(arn() != first)
        #expect(arn("python3.12") == nil)
        let own = try #require(arn("provided.al2023"))
        #expect(own != first && own != arn("provided.al2"))
    }

    @Test func `another version of the language stands in, the nearest one, with a warning`() {
        let catalog = RuntimeCatalog(interpreters: [self.python311, self.python313, self.node20])
        guard case .substitute(let chosen, let warning) = catalog.choose(self.runtime("python3.14")) else {
            Issue.record("no substitute")
            return
        }
        #expect(chosen == self.python313)
        #expect(warning.contains("python3.14") && warning.contains("3.13"))
        guard case .substitute(self.python313, _) = catalog.choose(self.runtime("python3.12")) else {
            Issue.record("of two equally near versions the newer one")
            return
        }
        guard case .substitute(self.node20, _) = catalog.choose(self.runtime("nodejs22.x")) else {
            Issue.record("no node")
            return
        }
    }

    @Test func `a configured interpreter comes first`() {
        let catalog = RuntimeCatalog(
            interpreters: [self.python311], configured: ["python3.11": .interpreter(self.python313)])
        #expect(catalog.choose(self.runtime("python3.11")) == .interpreter(self.python313))
    }

    @Test func `without substitution a version that is missing is refused, and the refusal says what to install`() {
        let catalog = RuntimeCatalog(interpreters: [self.python311, self.node20], substitution: .none)
        #expect(catalog.choose(self.runtime("python3.11")) == .interpreter(self.python311))
        #expect(catalog.choose(self.runtime("python3.13")) == nil)
        let sentence = catalog.missing("python3.13")?.sentence ?? ""
        for part in ["python3.13", "Install the package python3.13", "/usr/bin/python3.11", "functions.runtimes"] {
            #expect(sentence.contains(part), "\(part)")
        }
        #expect(catalog.missing("nodejs22.x")?.sentence.contains("nodejs (version 22)") == true)
        #expect(catalog.missing("nodejs20.x") == nil)
    }

    @Test func `for Java a newer version stands in before an older one`() {
        let java17 = Interpreter(language: .java, path: "/usr/lib/jvm/17/bin/java", major: 17, minor: 0)
        let java25 = Interpreter(language: .java, path: "/usr/lib/jvm/25/bin/java", major: 25, minor: 0)
        let catalog = RuntimeCatalog(interpreters: [java17, java25])
        #expect(catalog.choose(self.runtime("java17")) == .interpreter(java17))
        guard case .substitute(java25, _) = catalog.choose(self.runtime("java21")) else {
            Issue.record("what was compiled for 21 does not run on 17")
            return
        }
        guard case .substitute(java17, _) = catalog.choose(self.runtime("java8.al2")) else {
            Issue.record("the nearest newer one")
            return
        }
    }

    @Test func `Java is found by the file that each installation has`() {
        var template = Array("/tmp/apus-jvm-XXXXXX".utf8CString)
        mkdtemp(&template)
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { removeTree(directory) }
        chmod(directory, 0o755)
        for (name, version) in [("a", "17.0.15"), ("b", "1.8.0_402"), ("c", "")] {
            mkdir("\(directory)/\(name)", 0o755)
            mkdir("\(directory)/\(name)/bin", 0o755)
            writeFile("\(directory)/\(name)/bin/java", "\u{7F}ELF", mode: 0o755)
            writeFile("\(directory)/\(name)/release", "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"\(version)\"\n")
        }
        #expect(InterpreterSearch.javas(in: directory).map(\.major) == [17, 8])
    }

    @Test func `Ruby runs by a configured runtime client only`() {
        let client = RuntimeCatalog(
            interpreters: [], configured: ["ruby3.3": .client(path: "/usr/local/bin/aws_lambda_ric")])
        #expect(client.choose(self.runtime("ruby3.3")) == .client(path: "/usr/local/bin/aws_lambda_ric"))
        #expect(client.missing("ruby3.3") == nil)
        guard case .notImplemented(let sentence) = client.missing("ruby3.4") else {
            Issue.record("ruby3.4 runs")
            return
        }
        #expect(sentence.contains("functions.runtimes"))
    }

    @Test func `what runs on what is told in one line for each interpreter`() {
        let lines = RuntimeCatalog(interpreters: [self.python311, self.python313, self.node20]).assignments
        #expect(lines.contains("python3.11 run on /usr/bin/python3.11"))
        #expect(
            lines.contains("python3.12, python3.14 run on /usr/bin/python3.13 (version 3.13, which stands in)"))
    }

    @Test func `what cannot run says what to install, or that it is deprecated or unknown`() {
        let none = RuntimeCatalog(interpreters: [])
        #expect(none.missing("python3.12")?.sentence.contains("install the package python3.12, or python3") == true)
        #expect(none.missing("nodejs20.x")?.sentence.contains("install the package nodejs (version 20)") == true)
        #expect(none.missing("provided.al2") == nil)
        #expect(
            none.missing("nodejs12.x")?.sentence
                == "The runtime parameter of nodejs12.x is no longer supported for creating or updating AWS Lambda functions. "
                + "We recommend you use a supported runtime while creating or updating functions.")
        #expect(none.missing("java21")?.sentence.contains("install the package openjdk-21-jre-headless") == true)
        for name in ["cobol", "python3.99", "python3.1x", "nodejs21.x", "nodejs20", ""] {
            #expect(none.missing(name)?.sentence.contains("enum value set") == true, "\(name)")
        }
    }

    @Test func `shims and programs that other users cannot run are no interpreters`() {
        var template = Array("/tmp/apus-search-XXXXXX".utf8CString)
        mkdtemp(&template)
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { removeTree(directory) }
        chmod(directory, 0o755)
        writeFile("\(directory)/python3.12", "#!/bin/sh\necho Python 3.12.0\n", mode: 0o755)
        writeFile("\(directory)/node", "\u{7F}ELF", mode: 0o700)
        #expect(InterpreterSearch.run(directories: [directory], javaDirectory: directory) == [])
    }

    @Test func `the system's own Python and Node are found`() {
        let found = InterpreterSearch.run()
        #expect(found.contains { $0.language == .python && $0.major == 3 })
        #expect(found.contains { $0.language == .node })
        #expect(!found.contains { $0.path.contains("pyenv") })
    }

    @Test func `the jar that the binary carries was made from the sources of Runtimes`() throws {
        let folder = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/Runtimes/java"
        let names = [
            "apus/Binder.java", "apus/Bootstrap.java", "apus/Contexts.java", "apus/Functions.java", "apus/Json.java",
            "apus/Waiting.java", "native/waiting.c",
        ]
        let sources = try names.map { path in
            let name = String(path.split(separator: "/")[1])
            return (name, Array(try #require(readFile("\(folder)/\(path)")).utf8))
        }
        #expect(JavaArchive.isMade(from: sources), "run script/embed-runtimes where a JDK is")
    }

    @Test func `the library for Node that the binary carries was made from its source`() throws {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let source = try #require(readFile("\(root)/Runtimes/node/native/trim.c"))
        #expect(NodeLibrary.isMade(from: [("trim.c", Array(source.utf8))]), "run script/embed-runtimes where clang is")
    }

    @Test func `the binary carries exactly the files of Runtimes`() throws {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        var template = Array("/tmp/apus-files-XXXXXX".utf8CString)
        mkdtemp(&template)
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { removeTree(directory) }
        let folder = try #require(RuntimeFiles.install(into: directory))
        for file in [
            "python/bootstrap.py", "python/apus_runtime.py", "python/zygote.py", "python/apus_sdk.py",
            "node/bootstrap.js", "node/waiting.js", "node/rehearsal.js", "node/rehearsal.mjs",
        ] {
            #expect(readFile("\(folder)/\(file)") == readFile("\(root)/Runtimes/\(file)"), "run script/embed-runtimes")
        }
        #expect(RuntimeFiles.install(into: directory) == folder)
    }
}
