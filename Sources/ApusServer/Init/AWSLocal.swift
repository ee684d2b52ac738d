internal import ApusBase
internal import Glibc

/// The command `awslocal` that scripts for LocalStack call: the aws CLI with this server's endpoint. Version 1 of the CLI ignores
/// `AWS_ENDPOINT_URL` for some services, hence the flag.
enum AWSLocal {
    private static let script = "#!/bin/sh\nexec aws --endpoint-url \"$AWS_ENDPOINT_URL\" \"$@\"\n"

    /// Writes the command into a folder, which is made where it is missing.
    static func write(in folder: String) throws(FileError) {
        try Files.createDirectory(folder)
        let path = folder + "/awslocal"
        try Files.replace(path, with: Array(Self.script.utf8))
        for path in [folder, path] where chmod(path, 0o755) != 0 {
            throw FileError(operation: "change the rights of", path: path, code: errno)
        }
    }
}
