"""What is made ready before the first page is asked for."""

from django.template.engine import Engine
from django.template.loaders.cached import Loader

from handover.web.warming import warm_up


def test_the_pages_that_people_begin_with_are_compiled_before_somebody_asks_for_them() -> None:
    (loader,) = Engine.get_default().template_loaders
    assert isinstance(loader, Loader)
    loader.reset()
    warm_up()
    begun = {"web/page.html", "cotton/table.html", "web/client/list.html", "web/calendar/row.html"}
    assert begun <= set(loader.get_template_cache)
