import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import handover.core.tenancy.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Allowance",
            fields=[
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("held_until", models.DateTimeField(null=True)),
                ("lowered", models.PositiveIntegerField(db_default=0, default=0)),
                ("lowered_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ImportRun",
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
                ("system", models.CharField(max_length=20)),
                ("account", models.TextField(blank=True, default="")),
                ("account_name", models.TextField(blank=True, default="")),
                ("fingerprint", models.TextField(blank=True, default="")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("queued", "Queued"),
                            ("fetching", "Fetching"),
                            ("loading", "Loading"),
                            ("files", "Files"),
                            ("rehearsed", "Rehearsed"),
                            ("paused", "Paused"),
                            ("done", "Done"),
                            ("partly_done", "Partly done"),
                            ("needs_attention", "Needs attention"),
                            ("cancelled", "Cancelled"),
                            ("failed", "Failed"),
                            ("deleting", "Deleting"),
                            ("deleted", "Deleted"),
                        ],
                        default="queued",
                        max_length=20,
                    ),
                ),
                ("epoch", models.PositiveIntegerField(default=0)),
                (
                    "wish",
                    models.CharField(
                        blank=True,
                        choices=[("", "Nothing"), ("pause", "Pause"), ("cancel", "Cancel")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("beat_at", models.DateTimeField(null=True)),
                ("in_background", models.BooleanField(default=False)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("rehearsal", models.BooleanField(default=False)),
                ("only", models.JSONField(default=list)),
                ("time_zone", models.TextField(blank=True, default="")),
                ("sealed_key", models.TextField(blank=True, default="")),
                ("key_hint", models.TextField(blank=True, default="")),
                ("key_kept_at", models.DateTimeField(null=True)),
                ("notify", models.TextField(blank=True, default="")),
                ("message", models.TextField(blank=True, default="")),
                ("requests", models.PositiveIntegerField(default=0)),
                ("seconds", models.DecimalField(decimal_places=3, default=0, max_digits=12)),
                ("finished_at", models.DateTimeField(null=True)),
                ("undo_until", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("receipt", models.JSONField(null=True)),
                ("report", models.JSONField(null=True)),
                ("whole", models.BooleanField(default=False)),
                ("reading_began_at", models.DateTimeField(null=True)),
                ("since", models.DateTimeField(null=True)),
                ("calendar_ready_at", models.DateTimeField(null=True)),
                ("waits_until", models.DateTimeField(null=True)),
                ("rehearsal_result", models.JSONField(null=True)),
                ("signed_by", models.TextField(blank=True, default="")),
                ("signed_at", models.DateTimeField(null=True)),
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
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Reassignment",
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
                ("kind", models.CharField(max_length=60)),
                ("from_id", models.BigIntegerField()),
                ("to_id", models.BigIntegerField()),
                ("by", models.TextField(blank=True, default="")),
                ("told", models.JSONField(default=list)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.TextField(blank=True, default="")),
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
                "ordering": ("id",),
                "abstract": False,
                "indexes": [
                    models.Index(
                        models.F("workspace"),
                        models.F("kind"),
                        models.F("from_id"),
                        name="reassignment_by_row",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MovedLinks",
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
                ("table", models.CharField(max_length=60)),
                ("column", models.CharField(max_length=60)),
                ("rows", models.JSONField(default=list)),
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
                    "reassignment",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moved",
                        to="importing.reassignment",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "moved links",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SourceRecord",
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
                ("system", models.CharField(max_length=20)),
                ("account", models.TextField()),
                ("resource", models.CharField(max_length=60)),
                ("source_id", models.TextField()),
                ("path", models.TextField()),
                ("part", models.CharField(blank=True, default="", max_length=20)),
                ("sweep", models.PositiveSmallIntegerField(default=1)),
                ("payload", models.TextField()),
                ("payload_hash", models.CharField(max_length=32)),
                ("loaded_hash", models.CharField(blank=True, default="", max_length=32)),
                ("superseded_payload", models.TextField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("created", "Created"),
                            ("matched", "Matched"),
                            ("updated", "Updated"),
                            ("unchanged", "Unchanged"),
                            ("skipped", "Skipped"),
                            ("rejected", "Rejected"),
                            ("undone", "Undone"),
                            ("kept", "Kept"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True, default="")),
                ("issues", models.JSONField(default=list)),
                ("deferred", models.JSONField(null=True)),
                ("follows", models.TextField(blank=True, default="")),
                ("target_id", models.BigIntegerField(null=True)),
                ("target_revision", models.PositiveIntegerField(null=True)),
                (
                    "made_by",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="made",
                        to="importing.importrun",
                    ),
                ),
                (
                    "run",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="importing.importrun",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        models.F("workspace"),
                        models.F("run"),
                        models.F("resource"),
                        models.F("id"),
                        name="record_by_run",
                    ),
                    models.Index(
                        models.F("workspace"),
                        models.F("resource"),
                        models.F("target_id"),
                        condition=models.Q(("target_id__isnull", False)),
                        name="record_by_target",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"),
                        models.F("system"),
                        models.F("account"),
                        models.F("resource"),
                        models.F("source_id"),
                        name="one_row_per_record",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Step",
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
                ("resource", models.CharField(max_length=60)),
                ("path", models.TextField()),
                ("part", models.CharField(blank=True, default="", max_length=20)),
                ("filters", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reading", "Reading"),
                            ("read", "Read"),
                            ("not_permitted", "Not permitted with this key"),
                            ("absent", "Not there on this account"),
                        ],
                        default="reading",
                        max_length=20,
                    ),
                ),
                ("total", models.PositiveIntegerField(null=True)),
                ("next_page", models.PositiveIntegerField(default=1)),
                ("sweep", models.PositiveSmallIntegerField(default=1)),
                ("sweep_total", models.PositiveIntegerField(null=True)),
                ("sweep_began_at", models.DateTimeField(null=True)),
                ("requests", models.PositiveIntegerField(default=0)),
                ("seconds", models.DecimalField(decimal_places=3, default=0, max_digits=12)),
                ("message", models.TextField(blank=True, default="")),
                (
                    "run",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="importing.importrun",
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
                        models.F("run"),
                        models.F("path"),
                        models.F("part"),
                        name="one_step_per_part",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Choice",
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
                ("system", models.CharField(max_length=20)),
                ("account", models.TextField()),
                ("resource", models.CharField(max_length=60)),
                ("source_id", models.TextField()),
                ("name", models.TextField(blank=True, default="")),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("match", "Match"),
                            ("create", "Create"),
                            ("same", "Same as another"),
                            ("ignore", "Ignore"),
                        ],
                        max_length=10,
                    ),
                ),
                ("target_id", models.BigIntegerField(null=True)),
                ("other_id", models.TextField(blank=True, db_default="", default="")),
                ("values", models.JSONField(default=dict)),
                ("chosen_by", models.TextField(blank=True, default="")),
                (
                    "chosen_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
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
                "ordering": ("resource", "name", "source_id"),
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"),
                        models.F("system"),
                        models.F("account"),
                        models.F("resource"),
                        models.F("source_id"),
                        name="one_choice_per_record",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Errand",
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
                            ("retry", "Try failures again"),
                            ("settle", "Settle conflicts"),
                            ("reassign", "Say who or what stands for whom"),
                            ("take_back", "Take a reassignment back"),
                            ("look_ahead", "Say what deleting would do"),
                        ],
                        max_length=20,
                    ),
                ),
                ("asked", models.JSONField(default=dict)),
                ("asked_by", models.TextField(blank=True, default="")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Being done"),
                            ("done", "Done"),
                            ("refused", "Not done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("message", models.TextField(blank=True, default="")),
                ("told", models.JSONField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
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
                    "run",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="errands",
                        to="importing.importrun",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
                "indexes": [
                    models.Index(fields=["workspace", "run", "-id"], name="errand_by_run"),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["id"],
                        name="errand_waiting",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Conflict",
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
                ("record_id", models.BigIntegerField()),
                ("resource", models.CharField(max_length=60)),
                ("source_id", models.TextField()),
                ("target_id", models.BigIntegerField()),
                ("field", models.CharField(max_length=160)),
                ("base", models.JSONField(null=True)),
                ("ours", models.JSONField(null=True)),
                ("theirs", models.JSONField(null=True)),
                ("locked", models.BooleanField(default=False)),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("ours", "Kept ours"),
                            ("theirs", "Took theirs"),
                            ("agreed", "Both say the same by now"),
                            ("overtaken", "Asked anew by a later import"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("settled_by", models.TextField(blank=True, default="")),
                ("settled_at", models.DateTimeField(null=True)),
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
                    "run",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conflicts",
                        to="importing.importrun",
                    ),
                ),
            ],
            options={
                "ordering": ("resource", "source_id", "field"),
                "abstract": False,
                "indexes": [
                    models.Index(
                        models.F("workspace"), models.F("record_id"), name="conflict_by_record"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"),
                        models.F("run"),
                        models.F("record_id"),
                        models.F("field"),
                        name="one_conflict_per_field",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Acceptance",
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
                ("accepted_by", models.TextField()),
                (
                    "accepted_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("digest", models.CharField(max_length=64)),
                ("sentence", models.TextField()),
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
                    "run",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to="importing.importrun",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
                "indexes": [
                    models.Index(models.F("workspace"), models.F("run"), name="acceptance_by_run")
                ],
            },
        ),
        migrations.CreateModel(
            name="Move",
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
                ("shard", models.CharField(blank=True, default="", max_length=10)),
                ("key_of", models.TextField(blank=True, default="")),
                ("key_role", models.TextField(blank=True, default="")),
                ("survey", models.JSONField(default=dict)),
                ("surveyed_at", models.DateTimeField(null=True)),
                ("problem", models.TextField(blank=True, default="")),
                ("off", models.JSONField(default=list)),
                ("done", models.JSONField(default=list)),
                (
                    "run",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="importing.importrun",
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
                        models.F("workspace"), models.F("run"), name="one_move_per_run"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("free_at", models.DateTimeField()),
                (
                    "allowance",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="importing.allowance",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("allowance"), models.F("number"), name="one_place_of_a_number"
                    )
                ],
            },
        ),
    ]
