package apus;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;

/** The context object, made without its interfaces: they come with the function's package, if at all. */
final class Contexts {
    private static final FileOutputStream OUTPUT = new FileOutputStream(FileDescriptor.out);

    /** Looked up once, and not before there is a package: its class path does not change. */
    private static final class Interfaces {
        static final Class<?> CONTEXT = find("Context");
    }

    private Contexts() {}

    private static Class<?> find(String name) {
        try {
            return Class.forName(Functions.CORE + name, false, Contexts.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError error) {
            return null;
        }
    }

    private static Object proxy(Class<?> type, InvocationHandler handler) {
        return type == null ? null : Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
    }

    /** A context for one event; null where the package does not have the interface, and so cannot ask for it. */
    static Object make(Map<String, String> headers) {
        return Interfaces.CONTEXT == null ? null : make(Interfaces.CONTEXT, headers, System.getenv());
    }

    /** The same for any interface, and with these variables. */
    static Object make(Class<?> type, Map<String, String> headers, Map<String, String> env) {
        long deadline = Long.parseLong(headers.getOrDefault("lambda-runtime-deadline-ms", "0"));
        return proxy(type, (self, method, arguments) -> {
            switch (method.getName()) {
                case "getAwsRequestId": return headers.get("lambda-runtime-aws-request-id");
                case "getLogGroupName": return env.get("AWS_LAMBDA_LOG_GROUP_NAME");
                case "getLogStreamName": return env.get("AWS_LAMBDA_LOG_STREAM_NAME");
                case "getFunctionName": return env.get("AWS_LAMBDA_FUNCTION_NAME");
                case "getFunctionVersion": return env.get("AWS_LAMBDA_FUNCTION_VERSION");
                case "getInvokedFunctionArn": return headers.get("lambda-runtime-invoked-function-arn");
                case "getMemoryLimitInMB": return Integer.valueOf(env.getOrDefault("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"));
                case "getRemainingTimeInMillis": return (int) Math.max(0, deadline - System.currentTimeMillis());
                case "getTenantId": return headers.get("lambda-runtime-aws-tenant-id");
                case "getLogger": return logger();
                case "getIdentity": return identity(headers.get("lambda-runtime-cognito-identity"));
                case "getClientContext": return client(headers.get("lambda-runtime-client-context"));
                case "hashCode": return System.identityHashCode(self);
                case "equals": return self == arguments[0];
                case "toString": return "Context[" + headers.get("lambda-runtime-aws-request-id") + "]";
                default: return null;
            }
        });
    }

    private static Object logger() {
        return proxy(find("LambdaLogger"), (self, method, arguments) -> {
            if (method.getName().equals("log")) {
                Object message = arguments[0];
                log(message instanceof byte[] ? (byte[]) message : String.valueOf(message).getBytes(StandardCharsets.UTF_8));
            }
            return null;
        });
    }

    /** One log event, however many lines it has: a frame that the server takes as a whole. */
    static synchronized void log(byte[] message) {
        System.out.flush();
        System.err.flush();
        ByteBuffer frame = ByteBuffer.allocate(6 + message.length);
        frame.put((byte) 0xff).put((byte) 0xa5).putInt(message.length).put(message);
        try {
            OUTPUT.write(frame.array());
        } catch (IOException error) {
            // Nobody reads any more.
        }
    }

    private static Map<?, ?> parse(String text) {
        if (text == null) return null;
        Object value = Json.parse(text.getBytes(StandardCharsets.ISO_8859_1));
        return value instanceof Map ? (Map<?, ?>) value : null;
    }

    private static Object identity(String text) {
        Map<?, ?> fields = parse(text);
        // Lambda's is there even when there is no identity.
        return proxy(find("CognitoIdentity"), (self, method, arguments) -> {
            if (fields == null) return null;
            if (method.getName().equals("getIdentityId")) return fields.get("cognitoIdentityId");
            return method.getName().equals("getIdentityPoolId") ? fields.get("cognitoIdentityPoolId") : null;
        });
    }

    private static Object client(String text) {
        Map<?, ?> fields = parse(text);
        if (fields == null) return null;
        return proxy(find("ClientContext"), (self, method, arguments) -> {
            switch (method.getName()) {
                case "getCustom": return orEmpty(fields.get("custom"));
                case "getEnvironment": return orEmpty(fields.get("env"));
                case "getClient": return application(fields.get("client"));
                default: return null;
            }
        });
    }

    private static Object orEmpty(Object map) {
        return map == null ? Collections.emptyMap() : map;
    }

    private static Object application(Object fields) {
        if (!(fields instanceof Map)) return null;
        Map<?, ?> map = (Map<?, ?>) fields;
        return proxy(find("Client"), (self, method, arguments) -> {
            switch (method.getName()) {
                case "getInstallationId": return map.get("installation_id");
                case "getAppTitle": return map.get("app_title");
                case "getAppVersionName": return map.get("app_version_name");
                case "getAppVersionCode": return map.get("app_version_code");
                case "getAppPackageName": return map.get("app_package_name");
                default: return null;
            }
        });
    }
}
