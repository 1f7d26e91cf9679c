"""Pages about progress notes, forms and files; included in the shell's own."""

from django.urls import URLPattern, path

from handover.web.records import notes, writing

NOTES: list[URLPattern] = [
    path("clients/<int:client_id>/notes/", notes.client_notes, name="client_notes"),
    path("clients/<int:client_id>/notes/new/", writing.new_note, name="new_note"),
    path("notes/<int:note_id>/", notes.one_note, name="note"),
    path("notes/<int:note_id>/print/", notes.print_note, name="print_note"),
    path("notes/<int:note_id>/edit/", writing.edit_note, name="edit_note"),
    path("notes/<int:note_id>/save/", writing.save_draft, name="save_draft"),
    path("notes/<int:note_id>/finalise/", writing.finalise_note, name="finalise_note"),
    path("notes/<int:note_id>/discard/", writing.discard_note, name="discard_note"),
    path("notes/<int:note_id>/add/", notes.later_entry, name="later_entry"),
    path("notes/<int:note_id>/archive/", notes.archive_note, name="archive_note"),
]
urlpatterns = NOTES
