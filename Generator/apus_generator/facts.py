"""Takes the facts of a protocol that today's model no longer has from an older botocore, and writes them to Generator/facts."""

import json
import pathlib

from .model import ROOT, read_botocore

KEPT_OF_REFERENCE = ("locationName", "flattened", "xmlNamespace", "xmlAttribute")


def reference_facts(reference: dict) -> dict:
    return {key: reference[key] for key in KEPT_OF_REFERENCE if key in reference}


def shape_facts(shape: dict) -> dict:
    facts = {key: shape[key] for key in (*KEPT_OF_REFERENCE, "error", "fault") if key in shape}
    if "members" in shape:
        facts["members"] = {name: reference_facts(reference) for name, reference in shape["members"].items()}
    for part in ("member", "key", "value"):
        if part in shape:
            facts[part] = reference_facts(shape[part])
    return facts


def write_facts(config: dict, package: str):
    model = read_botocore(config["service"], config["api_version"], package)
    version = (pathlib.Path(package) / "__init__.py").read_text().split("__version__ = ")[1].split()[0].strip("'\"")
    facts = {
        "source": f"botocore {version}",
        "xmlNamespace": model["metadata"].get("xmlNamespace", ""),
        "resultWrappers": {
            name: operation["output"]["resultWrapper"]
            for name, operation in sorted(model["operations"].items())
            if "resultWrapper" in operation.get("output", {})
        },
        "shapes": {name: shape_facts(shape) for name, shape in sorted(model["shapes"].items())},
    }
    path = ROOT / "facts" / config["query_facts"]
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n")
    print(f"wrote {path.relative_to(ROOT.parent)} from botocore {version}")
