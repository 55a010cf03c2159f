from __future__ import annotations

import datetime
import json

from bill_of_materials import bill_of_materials
from components import Component

MADE = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
PARTS = [
    Component("sundial", "1.0", "MIT AND 0BSD", (), "pkg:pypi/sundial@1.0"),
    Component("Gnomon-Regular", "", "OFL-1.1", ()),
]


def test_it_names_the_program_its_parts_and_its_networks(tmp_path) -> None:
    (tmp_path / "finder.onnx").write_bytes(b"weights")
    bill = json.loads(bill_of_materials(PARTS, "0.1.0", tmp_path, MADE))

    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["version"] == "0.1.0"
    parts = {part["name"]: part for part in bill["components"]}
    assert parts["sundial"]["purl"] == "pkg:pypi/sundial@1.0"
    assert parts["sundial"]["licenses"] == [{"expression": "MIT AND 0BSD"}]
    assert parts["Gnomon-Regular"]["type"] == "data"
    assert parts["finder.onnx"]["type"] == "machine-learning-model"
    assert parts["finder.onnx"]["hashes"][0]["alg"] == "SHA-256"
    depended_on = next(one for one in bill["dependencies"] if one["ref"] == "cardlight")["dependsOn"]
    assert set(depended_on) == {part["bom-ref"] for part in bill["components"]}


def test_the_same_bundle_has_the_same_bill(tmp_path) -> None:
    first, again = (bill_of_materials(PARTS, "0.1.0", tmp_path, MADE) for _ in range(2))
    other = bill_of_materials(PARTS[:1], "0.1.0", tmp_path, MADE)

    assert first == again
    assert json.loads(first)["serialNumber"] != json.loads(other)["serialNumber"]
