"""Swift types of the model's shapes, and the code that reads and writes values of them."""

from .plan import Plan

SCALARS = {
    "string": ("String", "string", "readString", '""'),
    "character": ("String", "string", "readString", '""'),
    "integer": ("Int", "integer", "readInteger", "0"),
    "short": ("Int", "integer", "readInteger", "0"),
    "byte": ("Int", "integer", "readInteger", "0"),
    "long": ("Int", "integer", "readLong", "0"),
    "boolean": ("Bool", "bool", "readBool", "false"),
    "double": ("Double", "double", "readDouble", "0"),
    "float": ("Double", "double", "readDouble", "0"),
    "blob": ("[UInt8]", "blob", "readBlob", "[]"),
    "document": ("JSONValue", "document", "readDocument", ".null"),
    "timestamp": ("Timestamp", "timestamp", "readTimestamp", "Timestamp(milliseconds: 0)"),
}


class Type:
    """How one shape appears in Swift."""

    def __init__(self, plan: Plan, shape: str, recursive: bool = False):
        self.shape = plan.service.shapes[shape]
        self.kind: str = self.shape["type"]
        self.recursive = recursive
        self.element: Type | None = None
        if self.kind == "structure" and self.shape.get("document"):
            self.kind = "document"
        if shape in plan.service.transcoded:
            self.kind = "transcoded"
            self.swift, self.writer, self.placeholder = plan.service.transcoded[shape], "transcoded", ".placeholder"
        elif self.kind in SCALARS:
            self.swift, self.writer, self.reader, self.placeholder = SCALARS[self.kind]
        elif self.kind == "structure":
            name = plan.names[shape]
            self.swift = f"Recursive<{name}>" if recursive else name
            self.name = name
            self.placeholder = f"{self.swift}(.placeholder)" if recursive else ".placeholder"
        elif self.kind == "list":
            self.element = Type(plan, self.shape["member"]["shape"])
            self.swift, self.placeholder = f"[{self.element.swift}]", "[]"
        elif self.kind == "map":
            self.element = Type(plan, self.shape["value"]["shape"])
            self.swift, self.placeholder = f"[String: {self.element.swift}]", "[:]"
        else:
            raise SystemExit(f"shape {shape} has the unknown type {self.kind}")

    @property
    def collection_call(self) -> str | None:
        """What the one-call helpers call a collection of this type; None when it is read and written element by element."""
        if self.element is None:
            return None
        if self.element.kind in ("string", "character"):
            return "strings" if self.kind == "list" else "stringMap"
        if self.element.kind == "structure":
            return "structures" if self.kind == "list" else "structureMap"
        return None

    def read(self, indent: str, depth: int = 0) -> tuple[list[str], str]:
        """Statements, and the expression of the value they leave."""
        if self.kind == "transcoded":
            return [], f"try reader.readTranscoded({self.swift}.self)"
        if self.kind in SCALARS:
            return [], f"try reader.{self.reader}()"
        if self.kind == "structure":
            value = f"try {self.name}(from: &reader)"
            return [], f"Recursive({value})" if self.recursive else value
        if self.collection_call in ("strings", "stringMap"):
            return [], "try reader.readStrings()" if self.kind == "list" else "try reader.readStringMap()"
        if self.collection_call:
            call = "readStructures" if self.kind == "list" else "readStructureMap"
            return [], f"try reader.{call}({self.element.swift}.self)"
        variable = f"values{depth}"
        statements, value = self.element.read(indent + "    ", depth + 1)
        if self.kind == "list":
            return [
                f"{indent}var {variable}: {self.swift} = []",
                f"{indent}try reader.beginList()",
                f"{indent}while try reader.nextElement() {{",
                *statements,
                f"{indent}    {variable}.append({value})",
                f"{indent}}}",
            ], variable
        return [
            f"{indent}var {variable}: {self.swift} = [:]",
            f"{indent}try reader.beginMap()",
            f"{indent}while let key{depth} = try reader.nextKey() {{",
            *statements,
            f"{indent}    {variable}[key{depth}] = {value}",
            f"{indent}}}",
        ], variable

    def write(self, value: str, indent: str, depth: int = 0) -> list[str]:
        """Statements that write the value after it was announced."""
        if self.kind == "structure":
            inner = f"{value}.value" if self.recursive else value
            return [f"{indent}{inner}.encode(to: &writer)"]
        if self.kind == "transcoded":
            return [f"{indent}writer.write(transcoded: {value})"]
        if self.kind in SCALARS:
            label = f"{self.kind}: " if self.kind in ("blob", "document") else ""
            return [f"{indent}writer.write({label}{value})"]
        if self.kind == "list":
            return [
                f"{indent}writer.beginList()",
                f"{indent}for element{depth} in {value} {{",
                f"{indent}    writer.element()",
                *self.element.write(f"element{depth}", indent + "    ", depth + 1),
                f"{indent}}}",
                f"{indent}writer.endList()",
            ]
        return [
            f"{indent}writer.beginMap()",
            f"{indent}for (key{depth}, element{depth}) in {value}.sorted(by: {{ $0.key < $1.key }}) {{",
            f"{indent}    writer.key(key{depth})",
            *self.element.write(f"element{depth}", indent + "    ", depth + 1),
            f"{indent}}}",
            f"{indent}writer.endMap()",
        ]
