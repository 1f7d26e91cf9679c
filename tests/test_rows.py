"""Rows of long lists, which are filled and not made anew for each."""

from django.template import engines

from handover.web.rows import Sheet


class Row(Sheet):
    """A sheet whose template stands here."""

    def __init__(self, text: str) -> None:
        self._template = engines["django"].from_string(text)
        self._around, self._made = {"greeting": "Hello"}, {}


def test_a_row_is_filled_with_what_is_told_of_it_and_nothing_of_that_is_markup() -> None:
    sheet = Row(
        '{{ greeting }} <a title="{{ name }}">{{ name }}</a>{% if archived %} gone{% endif %}'
    )
    assert sheet.row({"archived": False}, {"name": "<b>Ann</b>"}) == (
        'Hello <a title="&lt;b&gt;Ann&lt;/b&gt;">&lt;b&gt;Ann&lt;/b&gt;</a>'
    )
    assert sheet.row({"archived": True}, {"name": '"'}) == 'Hello <a title="&quot;">&quot;</a> gone'


def test_rows_of_one_look_may_have_more_or_fewer_of_a_thing() -> None:
    sheet = Row("{% for phone in phones %}{{ phone }};{% empty %}-{% endfor %}")
    told = [sheet.row({}, {"phones": phones}) for phones in ((), ("1",), ("2", "3"), ("4",))]
    assert told == ["-", "1;", "2;3;", "4;"]


def test_what_looks_like_a_place_to_fill_is_told_as_it_is() -> None:
    odd = "\ue000name\ue001"
    assert Row("{{ name }}{{ other }}").row({}, {"name": odd, "other": "x"}) == f"{odd}x"
    assert Row("{{ name }}%s{{ other }}").row({}, {"name": "\ue002<", "other": "%s"}) == (
        "\ue002&lt;%s%s"
    )
