"""The result of a rehearsal, and who has accepted the result of an import."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import handover.core.tenancy.models
from handover.core.tenancy.operations import SecureTables

# An acceptance is written by the clock of the database, and stays as it is.
LOCK = """
CREATE FUNCTION handover_lock_acceptance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.accepted_at := now();
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'acceptance % stays as it is: add another one', OLD.id
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER lock_acceptance BEFORE INSERT OR UPDATE OR DELETE ON importing_acceptance
  FOR EACH ROW EXECUTE FUNCTION handover_lock_acceptance();
"""


class Migration(migrations.Migration):
    """Triggers bind every role, the tables' owner too."""

    dependencies = [
        ("accounts", "0002_row_level_security"),
        ("importing", "0007_corrections"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="rehearsal_result",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="signed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="signed_by",
            field=models.TextField(blank=True, default=""),
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
                    "run",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
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
                "ordering": ("id",),
            },
        ),
        migrations.AddIndex(
            model_name="acceptance",
            index=models.Index(models.F("workspace"), models.F("run"), name="acceptance_by_run"),
        ),
        SecureTables("Acceptance", linked_to=False, counted=False),
        migrations.RunSQL(LOCK, migrations.RunSQL.noop),
    ]
