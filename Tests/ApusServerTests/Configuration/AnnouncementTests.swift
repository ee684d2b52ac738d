import Testing

@testable import ApusServer

@Suite struct AnnouncementTests {
    @Test func `dev prints where it is and the lines a client needs`() {
        let text = Announcement.text(
            ServerReady(host: "127.0.0.1", port: 4566), configuration: Configuration(), mode: .dev)
        #expect(
            text == """
                apus is ready at http://127.0.0.1:4566

                export AWS_ENDPOINT_URL=http://127.0.0.1:4566
                export AWS_ACCESS_KEY_ID=test
                export AWS_SECRET_ACCESS_KEY=test
                export AWS_DISABLE_HOST_PREFIX_INJECTION=true
                export AWS_DEFAULT_REGION=us-east-1
                export AWS_REGION=us-east-1
                """)
    }

    @Test func `serve shows a new root key and no lines with secrets to copy`() {
        let key = RootKey(account: "000000000000", accessKeyID: "AKIAEXAMPLE", secretAccessKey: "secret")
        let text = Announcement.text(
            ServerReady(host: "::", port: 1, newRootKey: key), configuration: Configuration(), mode: .serve)
        #expect(text.hasPrefix("apus is ready at http://[::1]:1\n"))
        #expect(text.contains("access key id      AKIAEXAMPLE"))
        #expect(!text.contains("export AWS_SECRET"))
    }
}
