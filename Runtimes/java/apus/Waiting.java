package apus;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TimeZone;

/**
 * A machine that is started before there is a function for it: it runs through what each function needs, and waits for its
 * assignment on standard input. It has no function's code and no secret until then, and serves one environment of one function.
 *
 * Nothing before the assignment may ask for the environment's variables: Java reads them once, when they are first asked for.
 */
public final class Waiting {
    private static final int ROUNDS = 20;

    private Waiting() {}

    private static native int await();

    private static native void append(ClassLoader loader, String path);

    /** What stands for a function's handler, and for the interface of its context. */
    public static final class Sample {
        public Object handleRequest(Map<String, Object> event, Asks context) {
            return context.getAwsRequestId().isEmpty() ? null : event;
        }
    }

    /** As `Context`, which comes with a function's package. */
    public interface Asks {
        String getAwsRequestId();
    }

    /** Returns once the machine is a function's. */
    static void becomeFunction() throws Exception {
        String path = System.getProperty("java.class.path");
        String jar = path.substring(0, path.indexOf(':'));
        System.load(new File(new File(jar).getParentFile(), "waiting.so").getPath());
        ClassLoader loader = Waiting.class.getClassLoader();
        append(loader, null);
        warmUp();
        System.gc();
        if (await() == 0) Runtime.getRuntime().halt(0);
        // What was read before, if anything was.
        TimeZone.setDefault(null);
        StringBuilder whole = new StringBuilder(path);
        for (String folder : new String[] {System.getenv("LAMBDA_TASK_ROOT") + "/lib", "/opt/java/lib"}) {
            String[] found = jars(folder);
            for (String one : found) append(loader, one);
            // What has no jars stays as it was written, in what Java's own start says.
            whole.append(':').append(found.length == 0 ? folder + "/*" : String.join(":", found));
        }
        System.setProperty("java.class.path", whole.toString());
        System.setProperty("sun.java.command", Bootstrap.class.getName());
    }

    /** As the class path's `folder/*`. */
    private static String[] jars(String folder) {
        String[] names = new File(folder).list((place, name) -> name.endsWith(".jar") || name.endsWith(".JAR"));
        if (names == null) return new String[0];
        String[] paths = new String[names.length];
        for (int index = 0; index < names.length; index++) paths[index] = folder + "/" + names[index];
        return paths;
    }

    /** Loads and runs what a function's start and its first event need. */
    static void warmUp() throws Exception {
        loadAside();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Bootstrap bootstrap = new Bootstrap("127.0.0.1:" + server.getLocalPort());
            try (Socket peer = server.accept()) {
                // Whoever else has connected is not answered.
                if (peer.getPort() == bootstrap.localPort()) converse(bootstrap, peer);
            }
            bootstrap.close();
        }
    }

    private static void converse(Bootstrap bootstrap, Socket peer) throws Exception {
        byte[] event = "{\"a\": [1, 2.5, \"x\\n\", null, true], \"b\": {\"c\": \"d\"}}".getBytes(StandardCharsets.UTF_8);
        byte[] answer = ("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 1\r\nContent-Length: " + event.length + "\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8);
        byte[] whole = Arrays.copyOf(answer, answer.length + event.length);
        System.arraycopy(event, 0, whole, answer.length, event.length);
        Map<String, String> none = new HashMap<>();
        try {
            Functions function = Functions.load(Sample.class.getName());
            OutputStream output = peer.getOutputStream();
            InputStream input = peer.getInputStream();
            for (int round = 0; round < ROUNDS; round++) {
                output.write(whole);
                byte[] sent = bootstrap.rehearse(function, headers -> Contexts.make(Asks.class, headers, none));
                for (int left = sent.length; left > 0;) left -= input.read(new byte[sent.length], 0, left);
            }
            Bootstrap.describe(new IllegalStateException("none"), new StringBuilder(), 0);
        } catch (Throwable error) {
            throw new IOException(error);
        }
    }

    /** The bootstrap's own jar, as a package's are read, defined and verified; nobody uses what comes of it. */
    private static void loadAside() throws Exception {
        ClassLoader own = Waiting.class.getClassLoader();
        own.getResource("apus/none");
        URL jar = Bootstrap.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader aside = new URLClassLoader(new URL[] {jar}, own.getParent())) {
            for (String name : new String[] {"Json", "Binder", "Functions"}) Class.forName("apus." + name, true, aside);
        }
    }
}
