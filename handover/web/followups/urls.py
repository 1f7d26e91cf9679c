"""The addresses of follow-ups: e-mail templates, rules, who was asked."""

from django.urls import path

from handover.web.followups import asking, email_templates, imported, lists, rules

LETTERS, RULES = "settings/email-templates/", "settings/follow-ups/"
ONE_LETTER, ONE_RULE = f"{LETTERS}<int:email_template_id>/", f"{RULES}<int:rule_id>/"

urlpatterns = [
    path(LETTERS, email_templates.email_templates, name="email_templates"),
    path(f"{LETTERS}new/", email_templates.new_email_template, name="new_email_template"),
    path(ONE_LETTER, email_templates.email_template, name="email_template"),
    path(f"{ONE_LETTER}archive/", email_templates.archive, name="archive_email_template"),
    path(RULES, rules.rules, name="followup_rules"),
    path(f"{RULES}new/", rules.new_rule, name="new_followup_rule"),
    path(f"{RULES}imported/", imported.imported, name="followup_imported"),
    path(ONE_RULE, rules.rule, name="followup_rule"),
    path(f"{ONE_RULE}switch/", rules.switch, name="switch_followup_rule"),
    path(f"{ONE_RULE}remove/", rules.remove, name="remove_followup_rule"),
    path("follow-ups/", lists.followups, name="followups"),
    path("follow-ups/compose/", asking.compose, name="followups_compose"),
    path("follow-ups/stop/", lists.stop_all, name="stop_followups"),
    path("follow-ups/<int:followup_id>/called/", lists.was_called, name="followup_called"),
    path("follow-ups/<int:followup_id>/alone/", lists.alone, name="followup_alone"),
    path("contacts/<int:contact_id>/follow-ups/", lists.of_contact, name="contact_followups"),
    path("clients/<int:client_id>/follow-ups/", lists.of_client, name="client_followups"),
]
