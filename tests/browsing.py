"""The site in a real browser: a web server of its own, Chromium, and axe-core."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import ConsoleMessage, Page, Response, sync_playwright

from handover.config.bodies import whole

CHROMIUM = shutil.which("chromium")
AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What a theme can change: its colours and nothing else.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
BAD = 400


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as the library has it
        """Say nothing."""


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def served() -> Iterator[str]:
    """The site's address for the length of the block."""
    with make_server("127.0.0.1", 0, whole(WSGIHandler()), Server, Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Visitor:
    """Somebody at a browser; `complaints` is what the browser had to object to."""

    page: Page
    site: str
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def got(self, response: Response) -> None:
        if response.status >= BAD and "/assets/" in response.url:
            self.complaints.append(f"{response.status} {response.url}")

    def go(self, path: str) -> None:
        self.page.goto(f"{self.site}{path}")

    def fill(self, **values: str) -> None:
        """Fill fields by their labels: `first_name` is the one called First name."""
        for label, value in values.items():
            name = label.replace("_", " ").capitalize()
            self.page.get_by_label(name, exact=True).fill(value)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()
        self.page.wait_for_load_state()

    def sign_in(self, email: str, password: str) -> None:
        self.go("/sign-in/")
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(lambda url: "/sign-in/" not in url)

    def barriers(self) -> list[str]:
        """What axe-core finds on this page, light and dark: nothing, it is hoped."""
        found = []
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        for theme, rules in (("light", RULES), ("dark", COLOURS)):
            self.page.evaluate("theme => document.documentElement.dataset.bsTheme = theme", theme)
            told = self.page.evaluate(
                "rules => axe.run({runOnly: rules, resultTypes: ['violations']})", rules
            )
            found += [
                f"{self.page.url} {theme} {each['id']}: {json.dumps(node['target'])}"
                f" {node['html'][:160]} {(node['any'] or [{}])[0].get('message', '')}"
                for each in told["violations"]
                for node in each["nodes"]
            ]
        return found


@contextmanager
def visitor(*, width: int = 1280, height: int = 800) -> Iterator[Visitor]:
    """Somebody who comes to the site with a browser that has never been there."""
    with served() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(
            viewport={"width": width, "height": height}, reduced_motion="reduce", locale="en-AU"
        )
        page.set_default_timeout(10_000)
        found = Visitor(page, site)
        page.on("console", found.hear)
        page.on("response", found.got)
        page.on("pageerror", lambda problem: found.complaints.append(str(problem)))
        yield found
        browser.close()
