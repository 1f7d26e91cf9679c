import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import handover.core.money
import handover.core.tenancy.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("billing", "0001_initial"),
        ("clients", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="EmailTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), null=True
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invoice", "Invoice"),
                            ("payment", "Payment"),
                            ("progress_note", "Progress note"),
                            ("form", "Form"),
                            ("letter", "Letter"),
                            ("general", "General"),
                        ],
                        default="invoice",
                        max_length=15,
                    ),
                ),
                ("name", models.TextField()),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("reply_to", models.CharField(blank=True, default="", max_length=254)),
                ("attach_pdf", models.BooleanField(db_default=False, default=False)),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FollowUpRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), null=True
                    ),
                ),
                ("days", models.SmallIntegerField()),
                (
                    "minimum",
                    handover.core.money.MoneyField(
                        decimal_places=6,
                        default=0,
                        help_text="less is not asked for",
                        max_digits=18,
                    ),
                ),
                ("active", models.BooleanField(default=False)),
                ("since", models.DateField(null=True)),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "switched_by",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.user",
                    ),
                ),
                (
                    "template",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="followups.emailtemplate",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"),
                        models.F("days"),
                        condition=models.Q(("archived_at__isnull", True)),
                        name="one_rule_for_each_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("active", False), ("since__isnull", False), _connector="OR"
                        ),
                        name="active_rule_has_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), null=True
                    ),
                ),
                ("batch", models.CharField(blank=True, default="", max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("posted", "On its way"),
                            ("sent", "Sent"),
                            ("to_call", "To be called"),
                            ("called", "Called"),
                            ("not_sent", "Not sent"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("paid", "Nothing is due any more"),
                            ("under_minimum", "Less is due than the rule asks for"),
                            ("opted_out", "They are not to be asked by e-mail"),
                            ("archived", "The client is archived"),
                            ("elsewhere", "Another system collects it"),
                            ("imported", "Imported invoices are not followed up"),
                            ("no_address", "There is no e-mail address"),
                            ("asked_today", "They were asked for this invoice today"),
                            ("switched_off", "The rule was switched off"),
                            ("stopped", "Somebody stopped it"),
                            ("template", "The e-mail template has a mistake"),
                            ("refused", "The mail server did not take it"),
                            (
                                "unsent",
                                "It could not be sent for three days: see that mail works, then send it by hand",
                            ),
                            (
                                "out_of_hours",
                                "It could not go for a week at the hours of the rules: change them, or send it by hand",
                            ),
                        ],
                        default="",
                        max_length=15,
                    ),
                ),
                ("to", models.CharField(blank=True, default="", max_length=254)),
                (
                    "amount",
                    handover.core.money.MoneyField(
                        decimal_places=6,
                        help_text="what was due when it was written",
                        max_digits=18,
                        null=True,
                    ),
                ),
                (
                    "done_at",
                    models.DateTimeField(
                        help_text="when it was sent, called, or given up", null=True
                    ),
                ),
                (
                    "asked_by",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.user",
                    ),
                ),
                (
                    "client",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="clients.client",
                    ),
                ),
                (
                    "contact",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="clients.contact",
                    ),
                ),
                (
                    "invoice",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="billing.invoice",
                    ),
                ),
                (
                    "template",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="followups.emailtemplate",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
                (
                    "rule",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="followups.followuprule",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        models.F("workspace"),
                        models.F("id"),
                        condition=models.Q(("state__in", ("waiting", "posted"))),
                        name="follow_up_open",
                    ),
                    models.Index(
                        models.F("workspace"), models.F("invoice"), name="follow_up_by_invoice"
                    ),
                    models.Index(
                        models.F("workspace"),
                        models.F("client"),
                        models.F("done_at"),
                        name="follow_up_by_client",
                    ),
                    models.Index(
                        models.F("workspace"),
                        models.F("contact"),
                        models.F("done_at"),
                        name="follow_up_by_contact",
                    ),
                    models.Index(
                        models.F("workspace"),
                        models.F("state"),
                        models.F("id"),
                        name="follow_up_by_state",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"),
                        models.F("rule"),
                        models.F("invoice"),
                        name="followed_up_once_by_rule",
                    ),
                    models.UniqueConstraint(
                        models.F("workspace"),
                        models.F("batch"),
                        models.F("invoice"),
                        condition=models.Q(("rule__isnull", True)),
                        name="followed_up_once_in_a_batch",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUpSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), null=True
                    ),
                ),
                ("from_hour", models.PositiveSmallIntegerField(default=9)),
                ("until_hour", models.PositiveSmallIntegerField(default=17)),
                ("weekends", models.BooleanField(default=False)),
                ("reply_to", models.CharField(blank=True, default="", max_length=254)),
                ("imported_since", models.DateField(null=True)),
                (
                    "imported_by",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.user",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "follow up settings",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(models.F("workspace"), name="one_follow_up_settings")
                ],
            },
        ),
        migrations.CreateModel(
            name="OptOut",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), null=True
                    ),
                ),
                (
                    "client",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "contact",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.contact",
                    ),
                ),
                (
                    "made_by",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.user",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"), models.F("client"), name="client_opted_out_once"
                    ),
                    models.UniqueConstraint(
                        models.F("workspace"), models.F("contact"), name="contact_opted_out_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("client__isnull", True), ("contact__isnull", True), _connector="XOR"
                        ),
                        name="opt_out_is_of_somebody",
                    ),
                ],
            },
        ),
    ]
