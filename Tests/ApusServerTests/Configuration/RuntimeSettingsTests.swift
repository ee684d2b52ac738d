import ApusServer
import Testing

@Suite struct RuntimeSettingsTests {
    @Test func `automatic substitution is for dev only`() {
        var functions = Configuration.Functions()
        #expect(functions.substitutes(.dev) && !functions.substitutes(.serve))
        functions.substitution = .nearest
        #expect(functions.substitutes(.serve))
        functions.substitution = .none
        #expect(!functions.substitutes(.dev))
    }

    @Test func `a runtime is named with the path of its program`() {
        var functions = Configuration.Functions()
        functions.runtimes = ["python3.13=/opt/a=b/python", "ruby3.3=/usr/local/bin/aws_lambda_ric"]
        #expect(
            functions.interpreters
                == ["python3.13": "/opt/a=b/python", "ruby3.3": "/usr/local/bin/aws_lambda_ric"])
    }
}
