"""The bill of materials of a bundle, in CycloneDX's JSON: what is inside, in which version, under which licence."""

from __future__ import annotations

import datetime
import hashlib
import uuid
from collections.abc import Sequence
from pathlib import Path

from components import Component
from contents import ROOT
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component as Entry
from cyclonedx.model.component import ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL


class BillError(Exception):
    """The bill of materials does not fit its standard."""


def bill_of_materials(components: Sequence[Component], version: str, models: Path, made: datetime.datetime) -> str:
    """The bill as JSON, the same for the same bundle.

    Args:
        components: What the bundle is made of.
        version: The program's.
        models: The folder of the networks that are inside.
        made: When the sources were last changed.

    Raises:
        BillError: it does not fit the schema of CycloneDX 1.6.
    """
    bom = Bom(components=[*map(_entry, components), *map(_model, sorted(models.glob("*.onnx")))])
    bom.metadata.component = Entry(
        name="cardlight", version=version, type=ComponentType.APPLICATION, bom_ref="cardlight"
    )
    bom.metadata.timestamp = made
    bom.register_dependency(bom.metadata.component, bom.components)
    described = "".join(sorted(f"{one.name} {one.version}" for one in components))
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_OID, f"cardlight {version} {made.isoformat()} {described}")
    text = JsonV1Dot6(bom).output_as_string(indent=1)
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem is not None:
        raise BillError(str(problem))
    return text + "\n"


def _entry(component: Component) -> Entry:
    return Entry(
        name=component.name,
        version=component.version or None,
        type=ComponentType.LIBRARY if component.purl else ComponentType.DATA,
        licenses=[LicenseExpression(component.licence)],
        purl=PackageURL.from_string(component.purl) if component.purl else None,
        bom_ref=component.purl or component.name,
    )


def _model(path: Path) -> Entry:
    digest = HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(path.read_bytes()).hexdigest())
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    return Entry(name=name, type=ComponentType.MACHINE_LEARNING_MODEL, hashes=[digest], bom_ref=name)
