"""Pages about clients and contacts, under `web:`."""

from django.urls import path

from handover.web.clients import cases, contacts, editing, hanging, tab_views, views

ONE = "clients/<int:client_id>/"
CONTACT = "contacts/<int:contact_id>/"
urlpatterns = [
    path("clients/", views.clients, name="clients"),
    path("clients/new/", editing.new_client, name="new_client"),
    path("clients/choices/", contacts.choose_client, name="choose_client"),
    path(ONE, views.client, name="client"),
    path(f"{ONE}edit/", editing.edit_client, name="edit_client"),
    path(f"{ONE}archive/", editing.archive_client, name="archive_client"),
    path(f"{ONE}unarchive/", editing.unarchive_client, name="unarchive_client"),
    path(f"{ONE}alerts/", hanging.add_alert, name="add_alert"),
    path(f"{ONE}alerts/<int:alert_id>/archive/", hanging.archive_alert, name="archive_alert"),
    path(f"{ONE}tags/", hanging.add_tag, name="add_tag"),
    path(f"{ONE}tags/<int:mark_id>/remove/", hanging.remove_tag, name="remove_tag"),
    path(f"{ONE}relationships/", hanging.add_relationship, name="add_relationship"),
    path(
        f"{ONE}relationships/<int:relationship_id>/remove/",
        hanging.archive_relationship,
        name="archive_relationship",
    ),
    path(f"{ONE}contacts/", hanging.link_contact, name="link_contact"),
    path(f"{ONE}contacts/<int:link_id>/remove/", hanging.unlink_contact, name="unlink_contact"),
    path(f"{ONE}cases/", tab_views.client_cases, name="client_cases"),
    path(f"{ONE}cases/new/", cases.new_case, name="new_case"),
    path(f"{ONE}cases/<int:case_id>/", cases.edit_case, name="edit_case"),
    path(f"{ONE}cases/<int:case_id>/close/", cases.close_case, name="close_case"),
    path(f"{ONE}recalls/new/", cases.new_recall, name="new_recall"),
    path(f"{ONE}recalls/<int:recall_id>/done/", cases.recall_done, name="recall_done"),
    path(f"{ONE}communications/", tab_views.client_communications, name="client_communications"),
    path(f"{ONE}invoices/", tab_views.client_invoices, name="client_invoices"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/new/", contacts.new_contact, name="new_contact"),
    path("contacts/choices/", contacts.choose_contact, name="choose_contact"),
    path(CONTACT, contacts.contact, name="contact"),
    path(f"{CONTACT}edit/", contacts.edit_contact, name="edit_contact"),
    path(f"{CONTACT}archive/", contacts.archive_contact, name="archive_contact"),
]
