package apus;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;

/** The function's handler, in each of the forms that Lambda takes: a RequestHandler, a RequestStreamHandler, or any public method. */
final class Functions {
    static final String CORE = "com.amazonaws.services.lambda.runtime.";
    private final Object instance;
    private final Method method;
    private final boolean streams;
    private final boolean takesContext;
    /** The type that the event is made into; null where the method is given none. */
    private final Type wanted;

    private Functions(Object instance, Method method) {
        this.instance = instance;
        this.method = method;
        Class<?>[] taken = method.getParameterTypes();
        this.streams = taken.length >= 2 && taken[0] == InputStream.class && taken[1] == OutputStream.class;
        int most = streams ? 3 : 2;
        this.takesContext = taken.length == most || taken.length == 1 && isContext(taken[0]);
        boolean takesEvent = !streams && taken.length > (takesContext ? 1 : 0);
        this.wanted = takesEvent ? method.getGenericParameterTypes()[0] : null;
    }

    private static boolean isContext(Class<?> type) {
        return type.getName().equals(CORE + "Context") || type == Waiting.Asks.class;
    }

    /** `package.Class::method`, or `package.Class` for a class that implements one of the interfaces. */
    static Functions load(String handler) throws Throwable {
        int colons = handler.indexOf("::");
        String className = colons < 0 ? handler : handler.substring(0, colons);
        String methodName = colons < 0 ? "handleRequest" : handler.substring(colons + 2);
        Class<?> type;
        try {
            type = Class.forName(className, true, Functions.class.getClassLoader());
        } catch (ClassNotFoundException error) {
            throw new ClassNotFoundException("Class not found: " + className);
        }
        Method chosen = null;
        for (Method method : type.getMethods()) {
            if (!method.getName().equals(methodName) || method.isBridge() || !fits(method)) continue;
            if (chosen == null || method.getParameterCount() > chosen.getParameterCount()) chosen = method;
        }
        if (chosen == null) {
            throw new NoSuchMethodException(
                "No public method named " + methodName + " with appropriate method signature found on class " + className);
        }
        chosen.setAccessible(true);
        if (Modifier.isStatic(chosen.getModifiers())) return new Functions(null, chosen);
        try {
            return new Functions(type.getConstructor().newInstance(), chosen);
        } catch (NoSuchMethodException error) {
            throw new NoSuchMethodException("Class " + className + " has no public zero-argument constructor");
        } catch (InvocationTargetException error) {
            throw error.getCause();
        }
    }

    private static boolean fits(Method method) {
        Class<?>[] taken = method.getParameterTypes();
        if (taken.length >= 2 && taken[0] == InputStream.class && taken[1] == OutputStream.class) {
            return taken.length == 2 || taken.length == 3 && isContext(taken[2]);
        }
        return taken.length < 2 || taken.length == 2 && isContext(taken[1]);
    }

    /** Runs the handler; what it throws is thrown as it is. */
    byte[] call(byte[] event, Object context) throws Throwable {
        Object[] arguments = new Object[method.getParameterCount()];
        ByteArrayOutputStream output = null;
        int next = 0;
        if (streams) {
            output = new ByteArrayOutputStream();
            arguments[next++] = new ByteArrayInputStream(event);
            arguments[next++] = output;
        } else if (wanted != null) {
            arguments[next++] = wanted == InputStream.class
                ? new ByteArrayInputStream(event) : Binder.bind(Json.parse(event), wanted);
        }
        if (takesContext) arguments[next] = context;
        Object result;
        try {
            result = method.invoke(instance, arguments);
        } catch (InvocationTargetException error) {
            throw error.getCause();
        }
        if (streams) return output.toByteArray();
        StringBuilder text = new StringBuilder();
        Binder.write(result, text, 0);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
