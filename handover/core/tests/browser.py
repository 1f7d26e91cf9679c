"""A browser that texts are shown to, to see whether something of them runs: Chromium, no window."""

import json
import re
import shutil
import subprocess
from pathlib import Path

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--virtual-time-budget=20000", "--dump-dom",
)  # fmt: skip
#: Each text gets a frame of its own, is poked at, and is written anew twice, as scripts do.
PAGE = """<!DOCTYPE html><meta charset="utf-8"><title>waiting</title><body><script>
const texts = TEXTS, hits = new Set();
const pokes = ["mouseover", "mouseenter", "pointerenter", "focus", "toggle", "animationstart"];
function poke(root) {
  for (const each of root.querySelectorAll("*")) {
    for (const name of pokes) each.dispatchEvent(new Event(name));
    if (!/^(https?|mailto|tel):/.test(each.href || "")) each.click && each.click();
  }
}
texts.forEach((text, number) => {
  const frame = document.createElement("iframe");
  frame.onload = () => {
    const page = frame.contentDocument, inner = frame.contentWindow;
    if (!page || frame.done) return;
    frame.done = true;
    poke(page);
    const first = page.createElement("div"), second = page.createElement("div");
    page.body && page.body.append(first, second);
    first.innerHTML = text;
    second.innerHTML = first.innerHTML;
    poke(first), poke(second);
  };
  frame.srcdoc = "<script>window.ran = () => parent.hits.push(" + number + ")<\\/script>" + text;
  document.body.append(frame);
});
window.hits = { push: number => hits.add(number) };
setTimeout(() => { document.title = "ran:" + JSON.stringify([...hits]); }, 10000);
</script></body>"""


def what_runs(texts: list[str], folder: Path) -> set[int]:
    """The numbers of the texts that run something in a browser, alone or written anew."""
    told = json.dumps(texts).replace("<", "\\u003c")
    page = folder / "page.html"
    page.write_text(PAGE.replace("TEXTS", told), encoding="utf-8")
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={folder / 'profile'}", page.as_uri()]
    shown = subprocess.run(command, capture_output=True, check=True, timeout=120, text=True)
    title = re.search(r"<title>ran:(\[.*?\])</title>", shown.stdout)
    assert title is not None, shown.stdout[-2000:]
    return set(json.loads(title[1]))
