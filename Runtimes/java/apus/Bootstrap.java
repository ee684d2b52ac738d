package apus;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Apus's runtime client for Java: the Lambda Runtime API on one raw socket, and Lambda's handler conventions.
 * The response and the poll for the next event leave in one write.
 */
public final class Bootstrap {
    private static final String API = "/2018-06-01/runtime/";
    private final String host;
    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;
    private byte[] buffer = new byte[65536];
    private int held;

    Bootstrap(String host) throws IOException {
        this.host = host;
        int colon = host.lastIndexOf(':');
        socket = new Socket(host.substring(0, colon), Integer.parseInt(host.substring(colon + 1)));
        socket.setTcpNoDelay(true);
        this.input = socket.getInputStream();
        this.output = socket.getOutputStream();
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0 && arguments[0].equals("--archive")) {
            Waiting.warmUp();
            return;
        }
        if (arguments.length > 0 && arguments[0].equals("--wait")) Waiting.becomeFunction();
        Bootstrap bootstrap = new Bootstrap(System.getenv("AWS_LAMBDA_RUNTIME_API"));
        Functions function;
        try {
            function = Functions.load(System.getenv("_HANDLER"));
        } catch (Throwable error) {
            bootstrap.send(bootstrap.post("init/error", report(error), error.getClass().getName()));
            bootstrap.read(new HashMap<>());
            System.exit(1);
            return;
        }
        bootstrap.run(function);
    }

    int localPort() {
        return socket.getLocalPort();
    }

    void close() throws IOException {
        socket.close();
    }

    /** Takes one event and answers it, for `Waiting`. Returns what was sent. */
    byte[] rehearse(Functions function, Function<Map<String, String>, Object> context) throws Throwable {
        Map<String, String> headers = new HashMap<>();
        byte[] event = read(headers);
        byte[] answer = post("invocation/1/response", function.call(event, context.apply(headers)), null);
        send(answer);
        return answer;
    }

    private void run(Functions function) throws IOException {
        byte[] poll = ("GET " + API + "invocation/next HTTP/1.1\r\nHost: " + host + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
        send(poll);
        while (true) {
            Map<String, String> headers = new HashMap<>();
            byte[] event = read(headers);
            String id = headers.get("lambda-runtime-aws-request-id");
            String trace = headers.get("lambda-runtime-trace-id");
            if (trace != null) System.setProperty("com.amazonaws.xray.traceHeader", trace);
            byte[] answer;
            boolean isFatal = false;
            try {
                answer = post("invocation/" + id + "/response", function.call(event, Contexts.make(headers)), null);
            } catch (Throwable error) {
                // A machine that has run out of memory is in no state to go on, as in Lambda.
                isFatal = error instanceof VirtualMachineError && !(error instanceof StackOverflowError);
                answer = post("invocation/" + id + "/error", report(error), error.getClass().getName());
            }
            System.out.flush();
            System.err.flush();
            if (isFatal) {
                send(answer);
                read(new HashMap<>());
                System.exit(1);
            }
            byte[] both = Arrays.copyOf(answer, answer.length + poll.length);
            System.arraycopy(poll, 0, both, answer.length, poll.length);
            send(both);
            read(new HashMap<>());
        }
    }

    private void send(byte[] bytes) throws IOException {
        output.write(bytes);
    }

    private byte[] post(String resource, byte[] body, String type) {
        String kind = type == null ? "" : "Lambda-Runtime-Function-Error-Type: " + type + "\r\n";
        byte[] head = ("POST " + API + resource + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: application/json\r\n" + kind
            + "Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
        byte[] whole = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        return whole;
    }

    /** The next answer's body; its headers, names in lower case, go into `headers`. */
    private byte[] read(Map<String, String> headers) throws IOException {
        int end;
        while ((end = headEnd()) < 0) fill();
        String[] lines = new String(buffer, 0, end, StandardCharsets.ISO_8859_1).split("\r\n");
        for (int index = 1; index < lines.length; index++) {
            int colon = lines[index].indexOf(':');
            headers.put(lines[index].substring(0, colon).toLowerCase(Locale.ROOT), lines[index].substring(colon + 1).trim());
        }
        int start = end + 4;
        int stop = start + Integer.parseInt(headers.getOrDefault("content-length", "0"));
        if (buffer.length < stop) buffer = Arrays.copyOf(buffer, stop);
        while (held < stop) fill();
        byte[] body = Arrays.copyOfRange(buffer, start, stop);
        System.arraycopy(buffer, stop, buffer, 0, held - stop);
        held -= stop;
        return body;
    }

    private int headEnd() {
        for (int index = 0; index + 3 < held; index++) {
            if (buffer[index] == '\r' && buffer[index + 1] == '\n' && buffer[index + 2] == '\r' && buffer[index + 3] == '\n') {
                return index;
            }
        }
        return -1;
    }

    private void fill() throws IOException {
        if (held == buffer.length) buffer = Arrays.copyOf(buffer, buffer.length * 2);
        int count = input.read(buffer, held, buffer.length - held);
        if (count < 0) Runtime.getRuntime().halt(0);  // The server has gone, and this environment with it.
        held += count;
    }

    /** Logs an error and returns its payload. */
    private static byte[] report(Throwable error) {
        StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace, true));
        Contexts.log(trace.toString().trim().getBytes(StandardCharsets.UTF_8));
        StringBuilder text = new StringBuilder();
        describe(error, text, 0);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    static void describe(Throwable error, StringBuilder text, int depth) {
        text.append("{\"errorMessage\":");
        if (error.getMessage() == null) text.append("null");
        else Json.quote(error.getMessage(), text);
        text.append(",\"errorType\":");
        Json.quote(error.getClass().getName(), text);
        text.append(",\"stackTrace\":[");
        String separator = "";
        for (StackTraceElement frame : error.getStackTrace()) {
            // What is ours, and the reflection below the handler, is not the function's.
            if (frame.getClassName().startsWith("apus.") || frame.getClassName().startsWith("java.lang.reflect.")
                || frame.getClassName().startsWith("jdk.internal.reflect.") || frame.getClassName().startsWith("sun.reflect.")) {
                continue;
            }
            text.append(separator);
            Json.quote(frame.toString(), text);
            separator = ",";
        }
        text.append(']');
        if (error.getCause() != null && error.getCause() != error && depth < 10) {
            text.append(",\"cause\":");
            describe(error.getCause(), text, depth + 1);
        }
        text.append('}');
    }
}
