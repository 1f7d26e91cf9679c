"""Texts that try to run something in the browser of whoever reads them, as any old import brings.

Each would set the page's title. The last ones are harmless and must stay what they are.
"""

#: A parser that reads what another one has written sees the image.
MUTATING = (
    '<math><mtext><table><mglyph><style><!--</style><img title="--><img src=1 '
    "onerror=document.title='ran'>\"></table></mtext></math>"
)
ATTACKS = (
    "<p>Knee<script>document.title='ran'</script> better</p>",
    '<p>Neck <img src="x" onerror="document.title=\'ran\'">stiff</p>',
    "<p><a href=\"javascript:document.title='ran'\">Plan</a></p>",
    '<svg onload="document.title=\'ran\'"><path d="M0 0"/></svg><p>Shoulder</p>',
    '<div onclick="document.title=\'ran\'" style="position:fixed;inset:0">Hip</div>',
    "<iframe srcdoc=\"<script>parent.document.title='ran'</script>\"></iframe><p>Wrist</p>",
    '<p>Unclosed <b>bold <a href="//riverbend.example.test" onmouseover="document.title=\'ran\'">a',
    MUTATING,
    '<form action="https://elsewhere.example.test"><input name="password"></form><p>Elbow</p>',
    "<p>3 &lt; 4 &amp;&amp; 5 &gt; 2, &lt;script&gt; is only a word</p>",
)
EVERY, FIRST = 13, 5


def attack_for(number: int) -> str | None:
    """The attack that the record with this number carries; most carry none."""
    turn, rest = divmod(number, EVERY)
    return ATTACKS[turn] if rest == FIRST and turn < len(ATTACKS) else None
