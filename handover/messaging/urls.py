"""The outbox's pages."""

from django.urls import path

from handover.messaging import views

app_name = "messaging"
urlpatterns = [
    path("outbox", views.outbox, name="outbox"),
    path("outbox/<int:message_id>", views.as_html, name="as_html"),
]
