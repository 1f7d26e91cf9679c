"""Pages about progress notes, forms and files; included in the shell's own."""

from django.urls import URLPattern, path

from handover.web.records import client_forms, files, note_templates, notes, writing

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
FORMS: list[URLPattern] = [
    path("clients/<int:client_id>/forms/", client_forms.client_forms, name="client_forms"),
    path("forms/<int:form_id>/", client_forms.one_form, name="form"),
    path("forms/<int:form_id>/print/", client_forms.print_form, name="print_form"),
    path("signatures/<int:signature_id>/", client_forms.signature, name="signature"),
]
FILES: list[URLPattern] = [
    path("clients/<int:client_id>/files/", files.client_files, name="client_files"),
    path("clients/<int:client_id>/files/add/", files.add_files, name="add_files"),
    path("files/<int:file_id>/view/", files.view_file, name="view_file"),
    path("files/<int:file_id>/picture/", files.file_picture, name="file_picture"),
    path("files/<int:file_id>/edit/", files.edit_file, name="edit_file"),
    path("files/<int:file_id>/archive/", files.archive_file, name="archive_file"),
]
SETTINGS = "settings/note-templates/"
TEMPLATES: list[URLPattern] = [
    path(SETTINGS, note_templates.note_templates, name="note_templates"),
    path(f"{SETTINGS}new/", note_templates.new_note_template, name="new_note_template"),
    path(f"{SETTINGS}<int:template_id>/", note_templates.note_template, name="note_template"),
    path(
        f"{SETTINGS}<int:template_id>/edit/",
        note_templates.edit_note_template,
        name="edit_note_template",
    ),
    path(
        f"{SETTINGS}<int:template_id>/archive/",
        note_templates.archive_note_template,
        name="archive_note_template",
    ),
]
urlpatterns = [*NOTES, *FORMS, *FILES, *TEMPLATES]
