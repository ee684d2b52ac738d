"""The model's constraints as Swift, for the shapes that inputs reach."""

from .names import identifier, literal, lower_camel, validation_name
from .patterns import unsupported
from .plan import Plan
from .types import Type

STRINGS = ("string", "character")
INTEGERS = ("integer", "short", "byte", "long")


class Constraints:
    """Collects the constraints in use, each once, under its shape's name."""

    def __init__(self, plan: Plan):
        self.plan = plan
        self.enabled: bool = plan.service.config.get("validation", {}).get("constraints", True)
        self.used: dict[str, str] = {}
        self.skipped: list[str] = []
        self.validated: dict[str, bool] = {}

    @property
    def namespace(self) -> str:
        return f"{self.plan.service.prefix}Constraints"

    def constant(self, shape_name: str) -> str | None:
        """The name of the shape's constraint; None when it has none that is checked."""
        shape = self.plan.service.shapes[shape_name]
        kind = shape["type"]
        arguments = []
        if kind in STRINGS:
            swift = "StringConstraint"
            if shape.get("min", 0) > 0:
                arguments.append(f"min: {shape['min']}")
            if "max" in shape:
                arguments.append(f"max: {shape['max']}")
            if "pattern" in shape:
                reason = unsupported(shape["pattern"])
                if reason:
                    note = f"{shape_name}: pattern {shape['pattern']} ({reason})"
                    if note not in self.skipped:
                        self.skipped.append(note)
                else:
                    arguments.append(f"pattern: {literal(shape['pattern'])}")
            if "enum" in shape:
                values = ", ".join(literal(value) for value in shape["enum"])
                arguments.append(f"values: [{values}]")
        elif kind in INTEGERS:
            swift = "IntegerConstraint"
            arguments += [f"{bound}: {int(shape[bound])}" for bound in ("min", "max") if bound in shape]
        elif kind in ("double", "float"):
            swift = "DoubleConstraint"
            arguments += [f"{bound}: {float(shape[bound])}" for bound in ("min", "max") if bound in shape]
        elif kind in ("list", "map", "blob"):
            swift = "SizeConstraint"
            if shape.get("min", 0) > 0:
                arguments.append(f"min: {shape['min']}")
            if "max" in shape:
                arguments.append(f"max: {shape['max']}")
        else:
            return None
        if not arguments:
            return None
        if shape.get("sensitive") and swift in ("StringConstraint", "SizeConstraint"):
            arguments.append("sensitive: true")
        self.used[shape_name] = f"{swift}({', '.join(arguments)})"
        return f"{self.namespace}.{identifier(lower_camel(shape_name))}"

    def is_validated(self, structure: str) -> bool:
        """Whether anything in the structure or below is checked."""
        if not self.enabled or structure not in self.plan.inputs:
            return False
        if structure not in self.validated:
            self.validated[structure] = False
            self.validated[structure] = any(
                self.check(member, reference["shape"])
                for member, reference in self.plan.service.shapes[structure].get("members", {}).items()
            )
        return self.validated[structure]

    def check(self, member: str, shape_name: str, required: bool = False) -> str | None:
        """The call that checks one member; None when there is nothing to check."""
        if shape_name in self.plan.service.transcoded:
            return None
        shape = self.plan.service.shapes[shape_name]
        kind = shape["type"]
        value = f"self.{identifier(lower_camel(member))}, {literal(validation_name(member))}"
        own = self.constant(shape_name)
        if shape.get("document"):
            return None
        if kind == "structure":
            return f"structure({value})" if self.is_validated(shape_name) else None
        if kind == "list":
            return self.check_list(value, own, shape, required)
        if kind == "map":
            return self.check_map(value, own, shape)
        return f"{Type(self.plan, shape_name).writer}({value}, {own})" if own else None

    def check_list(self, value: str, own: str | None, shape: dict, required: bool) -> str | None:
        element = shape["member"]["shape"]
        kind = "transcoded" if element in self.plan.service.transcoded else self.plan.service.shapes[element]["type"]
        size = f", size: {own}" if own else ""
        if kind in STRINGS:
            inner = self.constant(element)
            return f"strings({value}{size}{f', element: {inner}' if inner else ''})" if own or inner else None
        if kind == "structure":
            return f"structures({value}{size})" if own or self.is_validated(element) else None
        property, name = value.split(", ")
        return f"count({property}{'' if required else '?'}.count, {name}{size})" if own else None

    def check_map(self, value: str, own: str | None, shape: dict) -> str | None:
        element = shape["value"]["shape"]
        kind = self.plan.service.shapes[element]["type"]
        key = self.constant(shape["key"]["shape"])
        arguments = (f", size: {own}" if own else "") + (f", key: {key}" if key else "")
        if kind in STRINGS:
            inner = self.constant(element)
            arguments += f", value: {inner}" if inner else ""
            return f"stringMap({value}{arguments})" if arguments else None
        if kind == "structure":
            return f"structureMap({value}{arguments})" if arguments or self.is_validated(element) else None
        if kind == "list":
            inner = self.plan.service.shapes[element]["member"]["shape"]
            if not self.plan.is_structure(inner):
                return None
            size = self.constant(element)
            arguments += f", list: {size}" if size else ""
            return f"structureListMap({value}{arguments})" if arguments or self.is_validated(inner) else None
        return None

    def file(self) -> list[str]:
        lines = [
            "/// The constraints of the model that inputs are checked against.",
            f"enum {self.namespace} {{",
        ]
        for shape in sorted(self.used):
            name = identifier(lower_camel(shape))
            lines.append(f"    static let {name} = {self.used[shape]}")
        lines.append("}")
        if self.skipped:
            lines += ["", "// Not checked, since the pattern needs what our linear-time matcher does not have:"]
            lines += [f"// - {note}" for note in sorted(self.skipped)]
        return lines
