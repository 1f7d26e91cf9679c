"""The addresses of Settings > Xero."""

from django.urls import path

from handover.web.xero import pages, sending

HERE = "settings/xero/"
ONE = f"{HERE}sent/<int:push_id>/"
urlpatterns = [
    path(HERE, pages.overview, name="xero"),
    path(f"{HERE}now/", pages.now, name="xero_now"),
    path(f"{HERE}connect/", pages.connect, name="xero_connect"),
    path(f"{HERE}callback/", pages.callback, name="xero_callback"),
    path(f"{HERE}organisation/", pages.organisation, name="xero_organisation"),
    path(f"{HERE}accounts/", pages.mapping, name="xero_accounts"),
    path(f"{HERE}read/", pages.look, name="xero_read"),
    path(f"{HERE}look/", pages.probe, name="xero_probe"),
    path(f"{HERE}there/", pages.they_are_there, name="xero_there"),
    path(f"{HERE}disconnect/", pages.disconnect, name="xero_disconnect"),
    path(f"{HERE}send/", sending.send, name="xero_send"),
    path(ONE, sending.push, name="xero_push"),
    path(f"{ONE}now/", sending.push_now, name="xero_push_now"),
    path(f"{ONE}stop/", sending.stop, name="xero_stop"),
    path(f"{ONE}go-on/", sending.go_on, name="xero_go_on"),
    path(f"{HERE}files/", sending.in_files, name="xero_files"),
    path(f"{HERE}files/taken-in/", sending.files_taken_in, name="xero_files_in"),
    path(f"{HERE}files/taken-back/", sending.files_taken_back, name="xero_files_back"),
]
