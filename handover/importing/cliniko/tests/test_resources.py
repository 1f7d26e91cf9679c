"""What must hold for every resource, declared once and run for each."""

import pkgutil
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handover.core.json import Json, JsonObject
from handover.importing.cliniko import resources
from handover.importing.cliniko.readings import Code, Rest, Zone
from handover.importing.cliniko.resources import NOT_IMPORTED, RESOURCES
from handover.importing.cliniko.tests.fitting import (
    CONTEXT,
    SAMPLES,
    misfits,
    read,
    sample,
    with_value,
)
from handover.importing.engine import PARENT, Resource, fields
from handover.importing.engine.plan import load_order
from handover.importing.engine.values import CLEANED, UNKNOWN_FIELD, UNKNOWN_VALUE, Draft

every_resource = pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.spec.name)
GARBAGE: list[Json] = ["\x00", "ü" * 300, True, -1, 10**25, 0.1, [], [None], {}, {"links": 5}]

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False).map(str)
    | st.text(max_size=20)
    | st.datetimes().map(str)
    | st.sampled_from(
        ["/x/1", "https://api.au1.cliniko.com/v1/patients/7", "24:00", "\x00", "1e9"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(string.printable, max_size=8), inner, max_size=3)
        | st.fixed_dictionaries({"links": st.fixed_dictionaries({"self": inner})})
    ),
    max_leaves=5,
)


def of_kind(resource: type[Resource], *kinds: type[fields.Field]) -> list[fields.Field]:
    found = []
    for field in resource.spec.columns:
        readings = field.readings if isinstance(field, fields.FirstOf) else (field,)
        found += [field for each in readings[:1] if isinstance(each, kinds)]
    return found


def codes(draft: Draft, name: str) -> set[str]:
    return {issue.code for issue in draft.issues if issue.field == name}


def test_every_file_in_the_folder_is_in_the_list() -> None:
    modules = {each.name for each in pkgutil.iter_modules(resources.__path__)}
    assert {each.spec.name for each in RESOURCES} == modules


def test_every_resource_has_a_sample_and_every_sample_a_resource() -> None:
    assert {path.stem for path in SAMPLES.iterdir()} == {each.spec.name for each in RESOURCES}


def test_no_path_is_both_read_and_left_out() -> None:
    read_paths = [path for each in RESOURCES for path in each.spec.paths]
    assert len(read_paths) == len(set(read_paths))
    assert not set(read_paths) & NOT_IMPORTED.keys()


def test_every_list_that_a_reason_names_is_known() -> None:
    known = {path for each in RESOURCES for path in each.spec.paths} | NOT_IMPORTED.keys()
    reasons = [
        *NOT_IMPORTED.values(),
        *(w for each in RESOURCES for w in each.spec.ignored.values()),
    ]
    named = {word.strip(",") for why in reasons for word in why.split() if word.startswith("/")}
    assert named <= known


def test_structure_is_read_first_then_people_then_the_calendar() -> None:
    order = [each.spec.name for each in RESOURCES]
    assert order[0] == "settings"
    steps = ["businesses", "contacts", "patients", "individual_appointments", "medical_alerts"]
    assert sorted(steps, key=order.index) == steps


def test_what_is_linked_to_is_loaded_first() -> None:
    order = [each.spec.name for each in load_order(RESOURCES)]
    for resource in RESOURCES:
        for needed in resource.spec.needs:
            assert order.index(needed) < order.index(resource.spec.name)


@every_resource
def test_a_sample_is_read_without_an_issue(resource: type[Resource]) -> None:
    draft = read(resource, sample(resource))
    assert draft.issues == []
    assert draft.rejected == ""
    assert misfits(resource.spec, draft) == []


@every_resource
def test_a_sample_has_every_key_that_is_decided(resource: type[Resource]) -> None:
    spec = resource.spec
    plain = (spec.single and spec.per is None) or spec.named_by
    inside = {"id", "links"} if plain else {PARENT}
    assert resource.spec.decided - {"deleted_at"} - inside <= sample(resource).keys() | {"amount"}


@every_resource
def test_a_sample_exercises_every_field(resource: type[Resource]) -> None:
    draft = read(resource, sample(resource))
    filled = {name for name, value in draft.values.items() if value not in (None, "", (), {})}
    filled |= draft.refs.keys() | {name for name, rows in draft.rows.items() if rows}
    elsewhere = (fields.Carried, Rest)
    expected = {each.name for each in resource.spec.fields if not isinstance(each, elsewhere)}
    assert expected - filled <= {"referring_contact"}  # a referrer is one or the other


@every_resource
def test_an_empty_record_keeps_every_attribute(resource: type[Resource]) -> None:
    draft = read(resource, {})
    assert draft.values.keys() == {each.name for each in resource.spec.columns}
    assert draft.rows.keys() == {each.name for each in resource.spec.rows}


@every_resource
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_comes_fits_its_table_or_is_refused(
    resource: type[Resource], data: st.DataObject
) -> None:
    keys = sorted(resource.spec.decided)
    record: JsonObject = dict(sample(resource))
    record |= data.draw(st.dictionaries(st.sampled_from(keys), anything, max_size=len(keys)))
    draft = read(resource, record)
    assert draft.values.keys() == {each.name for each in resource.spec.columns}
    assert draft.rows.keys() == {each.name for each in resource.spec.rows}
    assert draft.rejected or misfits(resource.spec, draft) == []
    assert all(issue.code and issue.reason for issue in draft.issues)


@every_resource
def test_a_bad_value_costs_its_own_field_and_no_other(resource: type[Resource]) -> None:
    whole = sample(resource)
    good = read(resource, whole)
    for key in whole.keys() & resource.spec.decided:
        reading = {each.name for each in resource.spec.fields if key in each.keys}
        for value in GARBAGE:
            bad = read(resource, {**whole, key: value})
            for name in good.values.keys() - reading:
                assert (bad.values[name], bad.refs.get(name)) == (
                    good.values[name],
                    good.refs.get(name),
                ), f"{key} = {value!r} changed {name}"
            assert bad.rejected or misfits(resource.spec, bad) == []


@every_resource
def test_nothing_may_be_said_in_three_ways(resource: type[Resource]) -> None:
    whole = sample(resource)
    for key in whole:
        absent = read(resource, {other: whole[other] for other in whole if other != key})
        null, blank = read(resource, {**whole, key: None}), read(resource, {**whole, key: ""})
        plain = [each.name for each in resource.spec.columns if type(each) is not fields.Several]
        for name in plain:
            assert absent.values[name] == null.values[name] == blank.values[name], key
        assert absent.refs == null.refs == blank.refs
        assert absent.issues == null.issues == blank.issues


@every_resource
def test_a_key_that_nobody_knows_is_listed(resource: type[Resource]) -> None:
    draft = read(resource, {**sample(resource), "star_sign": "Leo"})
    assert [(issue.field, issue.code) for issue in draft.issues] == [("star_sign", UNKNOWN_FIELD)]


@every_resource
def test_a_link_keeps_every_digit_of_an_id_however_it_is_written(resource: type[Resource]) -> None:
    big = "9223372036854775807"
    for link in resource.spec.links:
        forms: list[Json] = [big, int(big)]
        if link.sources[0] == PARENT:
            forms = [big]  # from an address, and never written otherwise
        place = link.where_path or "x"
        for tail in ("", "/", "?page=1", "/?q%5B%5D=a", "#b"):
            url = f"http://api.cliniko.com/v1/internal/{place}/{big}{tail}"
            if link.sources[0] != PARENT:
                forms += [url, {"links": {"self": url}}]
        for form in forms:
            draft = read(resource, with_value(sample(resource), link.sources[0], form))
            assert draft.refs[link.name].source_id == big
            assert draft.refs[link.name].resources == link.to


@every_resource
def test_an_empty_date_is_no_date_and_no_issue(resource: type[Resource]) -> None:
    for field in of_kind(resource, fields.Date, fields.Instant, fields.TimeOfDay):
        if not field.required and not field.never_empty:
            record = sample(resource)
            for source in field.sources:
                record = with_value(record, source, "")
            draft = read(resource, record)
            assert draft.values[field.name] is None
            assert codes(draft, field.name) == set()


@every_resource
def test_a_decimal_is_the_same_as_text_and_as_a_number(resource: type[Resource]) -> None:
    for field in of_kind(resource, fields.Number):
        as_text = read(resource, with_value(sample(resource), field.sources[0], "18.18"))
        as_number = read(resource, with_value(sample(resource), field.sources[0], 18.18))
        assert str(as_text.values[field.name]).rstrip("0") == "18.18"
        assert as_text.values[field.name] == as_number.values[field.name]


@every_resource
def test_a_value_that_is_on_no_list_is_noted(resource: type[Resource]) -> None:
    for field in of_kind(resource, fields.Choice, Code):
        draft = read(resource, with_value(sample(resource), field.sources[0], "Purple"))
        assert codes(draft, field.name) <= {UNKNOWN_VALUE}
        if len(field.sources) == 1:
            assert codes(draft, field.name) == {UNKNOWN_VALUE}
        assert draft.rejected == ""


@every_resource
def test_characters_that_no_database_takes_are_cut_out_and_noted(resource: type[Resource]) -> None:
    for field in of_kind(resource, fields.Text):
        if isinstance(field, Zone) or (isinstance(field, fields.Text) and field.longest):
            continue
        draft = read(resource, with_value(sample(resource), field.sources[0], "a\x00b"))
        assert draft.values[field.name] == "ab"
        assert codes(draft, field.name) == {CLEANED}


@every_resource
def test_a_long_text_is_kept_whole(resource: type[Resource]) -> None:
    long = "Zeile\r\n" * 28_000
    for field in of_kind(resource, fields.Text):
        if isinstance(field, fields.Text) and not isinstance(field, Zone | fields.Html):
            draft = read(resource, with_value(sample(resource), field.sources[0], long))
            if field.longest:
                assert codes(draft, field.name) == {"bad value"}
            else:
                assert draft.values[field.name] == long
            assert all(len(issue.reason) < 200 for issue in draft.issues)


@pytest.mark.parametrize(
    "payload",
    ["", "[]", "null", "5", "{", '"text"', "[" * 10_000, '{"a": 1e-99999999999999999999}'],
    ids=lambda payload: payload[:9],
)
def test_what_is_no_record_is_refused_and_not_raised(payload: str) -> None:
    for resource in RESOURCES:
        draft = resource.transform(payload, CONTEXT)
        assert draft.rejected == "what the source sent is not a record that can be read"
