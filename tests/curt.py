"""The addresses of the site with a refusal of one word: the page for it takes longer to make."""

from django.http import HttpRequest, HttpResponseForbidden

from handover.config.urls import handler400, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def handler403(_request: HttpRequest, exception: Exception) -> HttpResponseForbidden:
    """Say no."""
    return HttpResponseForbidden(str(exception))
