package apus;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Makes the objects that handlers take from JSON, and JSON from what they return: beans by their setters and getters, records. */
final class Binder {
    private static final int DEEPEST = 500;
    private static final Map<Class<?>, Map<String, Method>> SETTERS = new HashMap<>();
    private static final Map<Class<?>, Map<String, Method>> GETTERS = new HashMap<>();

    private Binder() {}

    /** The value as a `wanted`. */
    static Object bind(Object value, Type wanted) throws Exception {
        Class<?> raw = raw(wanted);
        if (value == null) return raw.isPrimitive() ? Array.get(Array.newInstance(raw, 1), 0) : null;
        if (raw == Object.class) return value;
        if (raw == String.class || raw == CharSequence.class) {
            if (value instanceof Map || value instanceof List) throw unfit(value, raw);
            return value.toString();
        }
        if (raw == boolean.class || raw == Boolean.class) {
            if (value instanceof Boolean) return value;
            if (value instanceof String) return Boolean.valueOf((String) value);
            throw unfit(value, raw);
        }
        if (raw.isPrimitive() || Number.class.isAssignableFrom(raw) || raw == Character.class) return number(value, raw);
        if (raw.isEnum()) return constant(value, raw);
        if (raw == byte[].class) return Base64.getDecoder().decode(value.toString());
        if (raw == ByteBuffer.class) return ByteBuffer.wrap(Base64.getDecoder().decode(value.toString()));
        if (raw == Date.class && value instanceof Number) return new Date(((Number) value).longValue());
        if (raw.isArray() && value instanceof List) return array((List<?>) value, wanted, raw);
        if (Collection.class.isAssignableFrom(raw) || raw == Iterable.class) return collection(value, wanted, raw);
        if (Map.class.isAssignableFrom(raw)) return map(value, wanted, raw);
        if (value instanceof Map) return bean((Map<?, ?>) value, raw);
        return scalar(value, raw);
    }

    static Class<?> raw(Type type) {
        if (type instanceof Class) return (Class<?>) type;
        if (type instanceof ParameterizedType) return raw(((ParameterizedType) type).getRawType());
        if (type instanceof GenericArrayType) {
            return Array.newInstance(raw(((GenericArrayType) type).getGenericComponentType()), 0).getClass();
        }
        if (type instanceof WildcardType) return raw(((WildcardType) type).getUpperBounds()[0]);
        if (type instanceof TypeVariable) return raw(((TypeVariable<?>) type).getBounds()[0]);
        return Object.class;
    }

    private static Type argument(Type type, int index) {
        if (!(type instanceof ParameterizedType)) return Object.class;
        Type[] arguments = ((ParameterizedType) type).getActualTypeArguments();
        return index < arguments.length ? arguments[index] : Object.class;
    }

    private static IllegalArgumentException unfit(Object value, Class<?> wanted) {
        return new IllegalArgumentException(
            "An error occurred during JSON parsing: a " + value.getClass().getSimpleName() + " is no " + wanted.getName());
    }

    private static Object number(Object value, Class<?> raw) {
        if (raw == char.class || raw == Character.class) return value.toString().charAt(0);
        BigDecimal exact;
        try {
            exact = new BigDecimal(value.toString());
        } catch (NumberFormatException error) {
            throw unfit(value, raw);
        }
        if (raw == int.class || raw == Integer.class) return exact.intValue();
        if (raw == long.class || raw == Long.class) return exact.longValue();
        if (raw == double.class || raw == Double.class) return exact.doubleValue();
        if (raw == float.class || raw == Float.class) return exact.floatValue();
        if (raw == short.class || raw == Short.class) return exact.shortValue();
        if (raw == byte.class || raw == Byte.class) return exact.byteValue();
        if (raw == BigDecimal.class) return exact;
        if (raw == BigInteger.class) return exact.toBigInteger();
        return value;
    }

    private static Object constant(Object value, Class<?> raw) {
        for (Object constant : raw.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(value.toString())) return constant;
        }
        throw unfit(value, raw);
    }

    private static Object array(List<?> list, Type wanted, Class<?> raw) throws Exception {
        Type element = wanted instanceof GenericArrayType
            ? ((GenericArrayType) wanted).getGenericComponentType() : raw.getComponentType();
        Object made = Array.newInstance(raw.getComponentType(), list.size());
        for (int index = 0; index < list.size(); index++) Array.set(made, index, bind(list.get(index), element));
        return made;
    }

    @SuppressWarnings("unchecked")
    private static Object collection(Object value, Type wanted, Class<?> raw) throws Exception {
        if (!(value instanceof List)) throw unfit(value, raw);
        Collection<Object> made;
        if (!raw.isInterface() && !Modifier.isAbstract(raw.getModifiers())) {
            made = (Collection<Object>) raw.getDeclaredConstructor().newInstance();
        } else {
            made = Set.class.isAssignableFrom(raw) ? new LinkedHashSet<>() : new ArrayList<>();
        }
        for (Object element : (List<?>) value) made.add(bind(element, argument(wanted, 0)));
        return made;
    }

    @SuppressWarnings("unchecked")
    private static Object map(Object value, Type wanted, Class<?> raw) throws Exception {
        if (!(value instanceof Map)) throw unfit(value, raw);
        boolean isMade = !raw.isInterface() && !Modifier.isAbstract(raw.getModifiers());
        Map<Object, Object> made = isMade
            ? (Map<Object, Object>) raw.getDeclaredConstructor().newInstance() : new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
            made.put(bind(entry.getKey(), argument(wanted, 0)), bind(entry.getValue(), argument(wanted, 1)));
        }
        return made;
    }

    /** A class with a constructor or a factory for one text or number. */
    private static Object scalar(Object value, Class<?> raw) throws Exception {
        for (Constructor<?> constructor : raw.getConstructors()) {
            Class<?>[] taken = constructor.getParameterTypes();
            if (taken.length == 1 && (taken[0] == String.class || taken[0] == Object.class)) {
                return constructor.newInstance(value.toString());
            }
        }
        for (String name : new String[] {"valueOf", "parse", "fromString"}) {
            for (Class<?> taken : new Class<?>[] {String.class, CharSequence.class}) {
                try {
                    return raw.getMethod(name, taken).invoke(null, value.toString());
                } catch (NoSuchMethodException | InvocationTargetException error) {
                    continue;
                }
            }
        }
        throw unfit(value, raw);
    }

    private static boolean isRecord(Class<?> raw) {
        return raw.getSuperclass() != null && raw.getSuperclass().getName().equals("java.lang.Record");
    }

    private static List<Field> components(Class<?> raw) {
        List<Field> fields = new ArrayList<>();
        for (Field field : raw.getDeclaredFields()) if (!Modifier.isStatic(field.getModifiers())) fields.add(field);
        return fields;
    }

    private static Object bean(Map<?, ?> values, Class<?> raw) throws Exception {
        if (isRecord(raw)) return record(values, raw);
        Constructor<?> constructor = raw.getDeclaredConstructor();
        constructor.setAccessible(true);
        Object made = constructor.newInstance();
        Map<String, Method> setters = setters(raw);
        for (Map.Entry<?, ?> entry : values.entrySet()) {
            String name = entry.getKey().toString();
            Method setter = setters.get(name.toLowerCase(Locale.ROOT));
            if (setter != null) {
                setter.invoke(made, bind(entry.getValue(), setter.getGenericParameterTypes()[0]));
                continue;
            }
            try {
                Field field = raw.getField(name);
                if (!Modifier.isFinal(field.getModifiers())) field.set(made, bind(entry.getValue(), field.getGenericType()));
            } catch (NoSuchFieldException error) {
                continue;  // What a class does not have is left out, as in Lambda.
            }
        }
        return made;
    }

    private static Object record(Map<?, ?> values, Class<?> raw) throws Exception {
        List<Field> components = components(raw);
        Class<?>[] types = new Class<?>[components.size()];
        Object[] made = new Object[components.size()];
        for (int index = 0; index < types.length; index++) {
            types[index] = components.get(index).getType();
            made[index] = bind(values.get(components.get(index).getName()), components.get(index).getGenericType());
        }
        Constructor<?> constructor = raw.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(made);
    }

    private static Map<String, Method> setters(Class<?> raw) {
        return SETTERS.computeIfAbsent(raw, key -> {
            Map<String, Method> found = new HashMap<>();
            for (Method method : raw.getMethods()) {
                if (method.getName().startsWith("set") && method.getName().length() > 3 && method.getParameterCount() == 1
                    && !method.isBridge()) {
                    method.setAccessible(true);
                    found.put(method.getName().substring(3).toLowerCase(Locale.ROOT), method);
                }
            }
            return found;
        });
    }

    private static Map<String, Method> getters(Class<?> raw) {
        return GETTERS.computeIfAbsent(raw, key -> {
            Map<String, Method> found = new LinkedHashMap<>();
            Method[] methods = raw.getMethods();
            Arrays.sort(methods, (left, right) -> left.getName().compareTo(right.getName()));
            for (Method method : methods) {
                String name = method.getName();
                int start = name.startsWith("get") ? 3 : name.startsWith("is") ? 2 : name.length();
                if (name.length() <= start || method.getParameterCount() != 0 || Modifier.isStatic(method.getModifiers())
                    || method.getDeclaringClass() == Object.class || method.isBridge()) continue;
                if (start == 2 && method.getReturnType() != boolean.class && method.getReturnType() != Boolean.class) continue;
                method.setAccessible(true);
                found.put(Character.toLowerCase(name.charAt(start)) + name.substring(start + 1), method);
            }
            return found;
        });
    }

    /** Appends a value as JSON. */
    static void write(Object value, StringBuilder out, int depth) throws Exception {
        if (depth > DEEPEST) throw new IllegalArgumentException("An error occurred during serialization: it is nested too deep");
        if (value == null || value instanceof Number && !Json.isFinite((Number) value)) out.append("null");
        else if (value instanceof Number || value instanceof Boolean) out.append(value);
        else if (value instanceof Date) out.append(((Date) value).getTime());
        else if (value instanceof byte[]) Json.quote(Base64.getEncoder().encodeToString((byte[]) value), out);
        else if (value instanceof Enum) Json.quote(((Enum<?>) value).name(), out);
        else if (value instanceof CharSequence || value instanceof Character) Json.quote(value.toString(), out);
        else if (value instanceof Map) writeMap((Map<?, ?>) value, out, depth);
        else if (value instanceof Iterable) writeAll((Iterable<?>) value, out, depth);
        else if (value.getClass().isArray()) writeArray(value, out, depth);
        else if (value.getClass().getName().startsWith("java.")) Json.quote(value.toString(), out);
        else writeBean(value, out, depth);
    }

    private static void writeMap(Map<?, ?> map, StringBuilder out, int depth) throws Exception {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(separator);
            Json.quote(String.valueOf(entry.getKey()), out);
            out.append(':');
            write(entry.getValue(), out, depth + 1);
            separator = ",";
        }
        out.append(map.isEmpty() ? "{}" : "}");
    }

    private static void writeAll(Iterable<?> values, StringBuilder out, int depth) throws Exception {
        out.append('[');
        boolean isFirst = true;
        for (Object value : values) {
            if (!isFirst) out.append(',');
            write(value, out, depth + 1);
            isFirst = false;
        }
        out.append(']');
    }

    private static void writeArray(Object array, StringBuilder out, int depth) throws Exception {
        List<Object> values = new ArrayList<>();
        for (int index = 0; index < Array.getLength(array); index++) values.add(Array.get(array, index));
        writeAll(values, out, depth);
    }

    private static void writeBean(Object bean, StringBuilder out, int depth) throws Exception {
        Map<String, Object> values = new LinkedHashMap<>();
        if (isRecord(bean.getClass())) {
            for (Field component : components(bean.getClass())) {
                Method accessor = bean.getClass().getMethod(component.getName());
                accessor.setAccessible(true);
                values.put(component.getName(), accessor.invoke(bean));
            }
        } else {
            for (Map.Entry<String, Method> getter : getters(bean.getClass()).entrySet()) {
                values.put(getter.getKey(), getter.getValue().invoke(bean));
            }
            for (Field field : bean.getClass().getFields()) {
                if (!Modifier.isStatic(field.getModifiers())) values.putIfAbsent(field.getName(), field.get(bean));
            }
        }
        writeMap(values, out, depth);
    }
}
