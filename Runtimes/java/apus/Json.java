package apus;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON into maps, lists, strings, numbers and booleans. */
final class Json {
    private static final int DEEPEST = 500;
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    static Object parse(byte[] bytes) {
        Json json = new Json(new String(bytes, StandardCharsets.UTF_8));
        Object value = json.value(0);
        json.skip();
        if (json.at != json.text.length()) throw json.wrong();
        return value;
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("the event is not JSON at character " + at);
    }

    private void skip() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) at++;
    }

    private boolean take(char wanted) {
        skip();
        if (at >= text.length() || text.charAt(at) != wanted) return false;
        at++;
        return true;
    }

    private Object value(int depth) {
        if (depth > DEEPEST) throw wrong();
        skip();
        if (at >= text.length()) throw wrong();
        char first = text.charAt(at);
        if (first == '{') return object(depth);
        if (first == '[') return array(depth);
        if (first == '"') return string();
        if (text.startsWith("true", at)) { at += 4; return Boolean.TRUE; }
        if (text.startsWith("false", at)) { at += 5; return Boolean.FALSE; }
        if (text.startsWith("null", at)) { at += 4; return null; }
        return number();
    }

    private Map<String, Object> object(int depth) {
        at++;
        Map<String, Object> map = new LinkedHashMap<>();
        if (take('}')) return map;
        do {
            skip();
            String name = string();
            if (!take(':')) throw wrong();
            map.put(name, value(depth + 1));
        } while (take(','));
        if (!take('}')) throw wrong();
        return map;
    }

    private List<Object> array(int depth) {
        at++;
        List<Object> list = new ArrayList<>();
        if (take(']')) return list;
        do list.add(value(depth + 1));
        while (take(','));
        if (!take(']')) throw wrong();
        return list;
    }

    private String string() {
        if (at >= text.length() || text.charAt(at) != '"') throw wrong();
        int start = ++at;
        while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\\') at++;
        if (at < text.length() && text.charAt(at) == '"') return text.substring(start, at++);
        StringBuilder built = new StringBuilder(text.substring(start, at));
        while (at < text.length()) {
            char next = text.charAt(at++);
            if (next == '"') return built.toString();
            built.append(next == '\\' ? escape() : next);
        }
        throw wrong();
    }

    private char escape() {
        if (at >= text.length()) throw wrong();
        char kind = text.charAt(at++);
        switch (kind) {
            case 'n': return '\n';
            case 't': return '\t';
            case 'r': return '\r';
            case 'b': return '\b';
            case 'f': return '\f';
            case '"': case '\\': case '/': return kind;
            case 'u':
                if (at + 4 > text.length()) throw wrong();
                at += 4;
                return (char) Integer.parseInt(text.substring(at - 4, at), 16);
            default: throw wrong();
        }
    }

    private Number number() {
        int start = at;
        while (at < text.length() && "+-0123456789.eE".indexOf(text.charAt(at)) >= 0) at++;
        String digits = text.substring(start, at);
        if (digits.isEmpty()) throw wrong();
        try {
            if (digits.indexOf('.') >= 0 || digits.indexOf('e') >= 0 || digits.indexOf('E') >= 0) {
                return Double.valueOf(digits);
            }
            if (digits.length() < 10) return Integer.valueOf(digits);
            BigInteger whole = new BigInteger(digits);
            if (whole.bitLength() < 32) return whole.intValue();
            return whole.bitLength() < 64 ? (Number) whole.longValue() : whole;
        } catch (NumberFormatException error) {
            throw wrong();
        }
    }

    /** Appends a text in quotes. */
    static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int index = 0; index < text.length(); index++) {
            char next = text.charAt(index);
            if (next == '"' || next == '\\') out.append('\\').append(next);
            else if (next == '\n') out.append("\\n");
            else if (next == '\r') out.append("\\r");
            else if (next == '\t') out.append("\\t");
            else if (next < 0x20) out.append(String.format("\\u%04x", (int) next));
            else out.append(next);
        }
        out.append('"');
    }

    static boolean isFinite(Number number) {
        return number instanceof BigDecimal || !Double.isNaN(number.doubleValue()) && !Double.isInfinite(number.doubleValue());
    }
}
