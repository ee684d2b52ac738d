"""Container images made by hand: an OCI layout is a few JSON files and tars. And a registry that gives them out."""

import base64
import hashlib
import http.server
import io
import json
import pathlib
import re
import ssl
import subprocess
import tarfile
import threading

import functions

# Answers what it finds around it.
REPORT = r"""
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

static char *quoted(char *to, const char *text) {
    *to++ = '"';
    for (; *text; text++) if (*text != '"' && *text != '\\') *to++ = *text;
    *to++ = '"';
    return to;
}

static void report(int count, char **arguments, char *to) {
    char place[4096];
    struct stat status = {0};
    to += sprintf(to, "{\"arguments\": [");
    for (int i = 0; i < count; i++) { if (i) *to++ = ','; to = quoted(to, arguments[i]); }
    to += sprintf(to, "], \"folder\": ");
    to = quoted(to, getcwd(place, sizeof place) ? place : "");
    const char *names[] = {"GREETING", "PATH", "_HANDLER", "AWS_LAMBDA_FUNCTION_NAME"};
    for (int i = 0; i < 4; i++) {
        to += sprintf(to, ", \"%s\": ", names[i]);
        to = quoted(to, getenv(names[i]) ? getenv(names[i]) : "");
    }
    int file = open("/written", O_CREAT | O_WRONLY, 0644);
    to += sprintf(to, ", \"write\": %d", file < 0 ? errno : 0);
    file = open("/tmp/written", O_CREAT | O_WRONLY, 0644);
    to += sprintf(to, ", \"tmp\": %d, \"user\": %d, \"root\": [", file < 0 ? errno : 0, getuid() == 0);
    DIR *root = opendir("/");
    int first = 1;
    for (struct dirent *entry; root && (entry = readdir(root));) {
        if (entry->d_name[0] == '.') continue;
        if (!first) *to++ = ',';
        first = 0;
        to = quoted(to, entry->d_name);
    }
    int known = stat("/usr/bin/special", &status) == 0;
    to += sprintf(to, "], \"special\": %d, \"shadow\": %d, \"version\": ", known ? status.st_mode & 07777 : -1,
        open("/etc/shadow", O_RDONLY) < 0 ? errno : 0);
    char text[64] = "";
    int version = open("/version", O_RDONLY);
    if (version >= 0 && read(version, text, sizeof text - 1) < 0) text[0] = 0;
    to = quoted(to, text);
    sprintf(to, "}");
}
"""


# An external extension that waits for its events.
EXTENSION = r"""
int main(void) {
    static char answer[1 << 16], request[4096];
    const char *api = getenv("AWS_LAMBDA_RUNTIME_API"), *events = "{\"events\": [\"INVOKE\"]}";
    int fd = dial(api);
    int length = snprintf(request, sizeof request, "POST /2020-01-01/extension/register HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        "Lambda-Extension-Name: watcher\r\nContent-Length: %zu\r\n\r\n%s", strlen(events), events);
    if (write(fd, request, length) != length) return 1;
    for (int total = 0, count; (count = read(fd, answer + total, sizeof answer - 1 - total)) > 0; total += count) {}
    char *id = strcasestr(answer, "lambda-extension-identifier: ");
    if (!id) return 2;
    id += strlen("lambda-extension-identifier: ");
    for (int events_seen = 0;; events_seen++) {
        printf("watcher has seen %d\n", events_seen);
        fflush(stdout);
        fd = dial(api);
        length = snprintf(request, sizeof request, "GET /2020-01-01/extension/event/next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            "Lambda-Extension-Identifier: %.36s\r\n\r\n", id);
        if (write(fd, request, length) != length) return 3;
        while (read(fd, request, sizeof request) > 0) {}
        close(fd);
    }
}
"""


def compiled(directory, name, source):
    file, binary = directory / f"{name}.c", directory / name
    file.write_text("#define _GNU_SOURCE\n" + source)
    subprocess.run(["cc", "-O1", "-static", "-o", str(binary), str(file)], check=True)
    return binary.read_bytes()


def extension(directory):
    """The bytes of an external extension called `watcher`."""
    return compiled(directory, "watcher", functions.C_BOOTSTRAP[:functions.C_BOOTSTRAP.index("int main(void)")] + EXTENSION)


def shell():
    """A layer with the machine's own /bin/sh and what it is linked with."""
    libraries = re.findall(r"(/\S+) \(0x", subprocess.run(["ldd", "/bin/sh"], capture_output=True, text=True).stdout)
    files = {"/bin/sh"} | set(libraries)
    folders = sorted({str(parent) for file in files for parent in pathlib.PurePath(file).parents} - {"/"})
    return layer(
        [entry(folder.lstrip("/")) for folder in folders]
        + [entry(file.lstrip("/"), pathlib.Path(file).read_bytes()) for file in sorted(files)])


def program(directory):
    """The bytes of a static program that speaks the Runtime API and answers what it finds."""
    source = functions.C_BOOTSTRAP.replace("int main(void) {", REPORT + "int main(int count, char **arguments) {")
    source = source.replace(r'snprintf(body, sizeof body, "{\"compiled\": %s}", event + 4);', "report(count, arguments, body);")
    return compiled(directory, "report", source)


def entry(name, content=None, mode=0o755, type=None, link=""):
    """A member of a layer; without content a folder, unless `type` says otherwise."""
    info = tarfile.TarInfo(name)
    info.mode = mode
    info.type = type or (tarfile.DIRTYPE if content is None else tarfile.REGTYPE)
    info.linkname = link
    info.size = len(content or b"")
    return info, content


def layer(entries):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for info, content in entries:
            archive.addfile(info, io.BytesIO(content) if content else None)
    return buffer.getvalue()


class Layout:
    """An OCI layout below `path`."""

    def __init__(self, path):
        self.path = path
        self.manifests = {}
        (path / "blobs" / "sha256").mkdir(parents=True)
        (path / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        for folder in (path, path / "blobs", path / "blobs" / "sha256"):
            folder.chmod(0o755)

    def blob(self, content):
        digest = hashlib.sha256(content).hexdigest()
        (self.path / "blobs" / "sha256" / digest).write_bytes(content)
        return {"digest": "sha256:" + digest, "size": len(content)}

    def image(self, tag, layers, **config):
        """Adds an image; returns the digest of its manifest, in hexadecimal digits."""
        blobs = [self.blob(content) for content in layers]
        configuration = self.blob(json.dumps({
            "architecture": "amd64", "os": "linux", "config": config,
            "rootfs": {"type": "layers", "diff_ids": [blob["digest"] for blob in blobs]},
        }).encode())
        manifest = self.blob(json.dumps({
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **configuration},
            "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", **blob} for blob in blobs],
        }).encode())
        self.manifests[tag] = manifest
        (self.path / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [
            {"mediaType": "application/vnd.oci.image.manifest.v1+json", **manifest,
             "annotations": {"org.opencontainers.image.ref.name": tag}} for tag, manifest in self.manifests.items()]}))
        return manifest["digest"].removeprefix("sha256:")


class Registry:
    """Gives out the images of a layout as `test/image` to whoever has its credentials; over TLS where it is given a certificate
    and its key, else over plain HTTP."""

    CREDENTIALS = base64.b64encode(b"user:password").decode()

    def __init__(self, layout, certificate=None):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.headers.get("Authorization") != "Basic " + Registry.CREDENTIALS:
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", 'Basic realm="test"')
                    self.send_header("Content-Length", "0")
                    return self.end_headers()
                kind, _, reference = self.path.removeprefix("/v2/test/image/").partition("/")
                if self.path == "/v2/":
                    return self.reply(b"{}", "application/json")
                if kind == "manifests" and reference in layout.manifests:
                    reference = layout.manifests[reference]["digest"]
                file = layout.path / "blobs" / "sha256" / reference.removeprefix("sha256:")
                if kind not in ("manifests", "blobs") or not file.is_file():
                    return self.send_error(404)
                self.reply(file.read_bytes(), "application/vnd.oci.image.manifest.v1+json" if kind == "manifests"
                           else "application/octet-stream")

            do_HEAD = do_GET

            def reply(self, body, kind):
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            # The handshake is the connection's own thread's.
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
