"""Container images made by hand: an OCI layout is a few JSON files and tars. And a registry that gives them out."""

import hashlib
import http.server
import io
import json
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


def program(directory):
    """The bytes of a static program that speaks the Runtime API and answers what it finds."""
    source = "#define _GNU_SOURCE\n" + functions.C_BOOTSTRAP.replace("int main(void) {", REPORT + "int main(int count, char **arguments) {")
    source = source.replace(r'snprintf(body, sizeof body, "{\"compiled\": %s}", event + 4);', "report(count, arguments, body);")
    file, binary = directory / "report.c", directory / "report"
    file.write_text(source)
    subprocess.run(["cc", "-O1", "-static", "-o", str(binary), str(file)], check=True)
    return binary.read_bytes()


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
    """Gives out the images of a layout as `test/image`, over plain HTTP."""

    def __init__(self, layout):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
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
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
