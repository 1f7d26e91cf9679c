"""Styles and scripts of others are the ones that we know, or they are not used."""

from pathlib import Path

import pytest

from handover.web.front_end import VENDOR, Asset, CannotFetch, assets, checksum


def test_every_file_is_the_one_that_the_manifest_describes() -> None:
    assert {each.target for each in assets() if not each.here} == set()
    assert "tabler/tabler.min.css" in {each.target for each in assets()}


def test_another_file_than_the_one_that_was_looked_at_is_not_used(
    tmp_path: Path,
) -> None:
    found = tmp_path / "theirs.js"
    found.write_text("alert(1)")
    asset = Asset(str(found), "tests/theirs.js", "0" * 64)
    with pytest.raises(CannotFetch, match=r"is not the file that front_end\.json"):
        asset.take()
    assert not (VENDOR / "tests").exists()
    assert len(checksum(found)) == 64


def test_nothing_in_our_templates_stands_where_a_strict_policy_forbids_it() -> None:
    handover = Path(__file__).parents[2]
    templates = [*handover.rglob("templates/**/*.html")]
    assert len(templates) > 40
    forbidden = (" style=", "<style", "onclick=", "onload=", "javascript:", "<script>")
    found = [
        f"{path.relative_to(handover)}: {each}"
        for path in templates
        for each in forbidden
        if each in path.read_text(encoding="utf-8").replace("data-allauth-onload=", "")
    ]
    assert found == []
