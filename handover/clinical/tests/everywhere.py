"""One text wherever a document can hold text."""

from handover.clinical.documents import Document, Section, shape


def every_text(text: str) -> Document:
    """A document that has this text wherever text can stand."""
    part = shape.Option(label=text, chosen=True, kept={text: [text, {text: text}]})
    other = shape.Other(offered=True, text=text, label=text)
    return Document(
        version=1,
        kept={text: text},
        sections=(
            Section(instead=text),
            Section(name=text, kept={text: {text: [text]}}, kept_text={text: text}, items=(
                shape.Statement(html=text),
                shape.Text(label=text, answer=text),
                shape.Paragraph(label=text, html=text),
                shape.Day(label=text, text=text),
                shape.Checkboxes(label=text, options=(part,), other=other),
                shape.Dropdown(label=text, options=(text,), answer=f"{text}!", other=other),
                shape.BodyCharts(label=text, charts=(text,)),
                shape.Signature(label=text, signature=text),
                shape.Address(answer={text: text}),
                shape.FullName(answer={"title": text, text: text}),
                shape.Pronouns(answer={text: text}),
                shape.Phones(numbers=(shape.Phone(number=text, type=text, kept={text: text}),)),
                shape.Unknown(type=text, label=text, kept={text: text}),
            )),
        ),
    )  # fmt: skip
