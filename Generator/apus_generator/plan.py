"""Decides which shapes a service needs, what they are called in Swift, and in which file each goes."""

from .model import Service
from .names import RESERVED_TYPES, upper_camel


class Plan:
    """The shapes that the allowed operations reach."""

    def __init__(self, service: Service):
        self.service = service
        self.inputs: set[str] = set()
        self.reachable: dict[str, set[str]] = {}
        for name in service.allowed:
            operation = service.operations[name]
            for role in ("input", "output"):
                if role in operation:
                    root = operation[role]["shape"]
                    for shape in self.closure(root):
                        if service.shapes[shape].get("eventstream"):
                            raise SystemExit(f"{name} takes an event stream: not built yet")
                        self.reachable.setdefault(shape, set()).add(name)
                        if role == "input":
                            self.inputs.add(shape)
            if name in service.event_streams:
                for event in service.events(service.event_streams[name])[0].values():
                    for shape in self.closure(event):
                        self.reachable.setdefault(shape, set()).add(name)
        self.names: dict[str, str] = {}
        self.aliases: dict[str, str | None] = {}
        self.name_shapes()
        self.recursive = self.find_recursive_members()
        self.placeholders = self.find_placeholders()

    def references(self, shape: dict) -> list[dict]:
        return [*shape.get("members", {}).values(), *(shape[k] for k in ("member", "key", "value") if k in shape)]

    def is_structure(self, name: str) -> bool:
        """Whether the shape becomes a struct."""
        shape = self.service.shapes[name]
        return shape["type"] == "structure" and not shape.get("document") and name not in self.service.transcoded

    def closure(self, root: str) -> list[str]:
        found, waiting = [], [root]
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.append(name)
            if name in self.service.transcoded:
                continue
            waiting.extend(reference["shape"] for reference in self.references(self.service.shapes[name]))
        return found

    def structures(self) -> list[str]:
        return sorted(name for name in self.reachable if self.is_structure(name))

    def name_shapes(self):
        """An operation's input and output are called after it, unless something else uses the same shape too."""
        uses: dict[str, list[str]] = {}
        for name, operation in self.service.operations.items():
            for role, suffix in (("input", "Input"), ("output", "Output")):
                if role in operation:
                    uses.setdefault(operation[role]["shape"], []).append(name + suffix)
        inner = {
            reference["shape"]
            for name in self.reachable
            if name not in self.service.transcoded
            for reference in self.references(self.service.shapes[name])
        }
        taken = RESERVED_TYPES | set(self.service.config.get("taken_names", []))
        for shape in self.structures():
            roots = uses.get(shape, [])
            allowed = [r for r in roots if r.removesuffix("Input").removesuffix("Output") in self.service.allowed]
            if len(roots) == 1 and shape not in inner and allowed:
                self.names[shape] = roots[0]
            else:
                name = upper_camel(shape)
                clashes = name in taken or name in self.service.operations
                self.names[shape] = name + "Shape" if clashes else name
        for name in self.service.allowed:
            operation = self.service.operations[name]
            for role, suffix in (("input", "Input"), ("output", "Output")):
                shape = self.names[operation[role]["shape"]] if role in operation else "NoShape"
                if shape != name + suffix:
                    self.aliases[name + suffix] = shape

    def find_recursive_members(self) -> set[tuple[str, str]]:
        """Members through which a structure contains itself without a list or map between."""
        def leads_back(start: str, name: str, seen: set[str]) -> bool:
            if name == start:
                return True
            if name in seen:
                return False
            seen.add(name)
            return any(leads_back(start, n, seen) for _, n in self.structure_members(name))

        return {
            (name, member)
            for name in self.structures()
            for member, target in self.structure_members(name)
            if leads_back(name, target, set())
        }

    def structure_members(self, name: str) -> list[tuple[str, str]]:
        members = self.service.shapes[name].get("members", {})
        return [
            (member, reference["shape"])
            for member, reference in members.items()
            if self.is_structure(reference["shape"])
        ]

    def find_placeholders(self) -> set[str]:
        """Structures that are required somewhere, and need a value for when they are absent."""
        return {
            target
            for name in self.structures()
            for member, target in self.structure_members(name)
            if member in self.service.shapes[name].get("required", [])
        }

    def file_of(self, shape: str) -> str:
        """One file for each operation with the shapes that only it has, one for each shared shape."""
        operations = self.reachable[shape]
        return next(iter(operations)) if len(operations) == 1 else self.names[shape]
