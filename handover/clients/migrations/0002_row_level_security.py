"""What the database holds about clients: rows by workspace, and what people are found by, whoever writes them."""

from typing import Any

from django.db import migrations

from handover.core.tenancy.operations import SecureTables

# Names as people type them: no accents, no apostrophes, small letters, one space between words.
PLAIN = r"""
CREATE OR REPLACE FUNCTION handover_plain(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT btrim(regexp_replace(
    translate(replace(replace(replace(
      lower(regexp_replace(normalize(left(value, 300), NFKD), '[\u0300-\u036f]', '', 'g')),
      'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'),
      'øłđðı''’‘ʼʹ`´', 'olddi'),
    '[\s!-/:-@\[-`{-~\u2010-\u2015]+', ' ', 'g'))
$$;

-- The words of names; besides, what is written apart as one word, and what an apostrophe parts.
CREATE OR REPLACE FUNCTION handover_name_keys(VARIADIC names text[]) RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT DISTINCT left(word, 100) FROM unnest(names) name, LATERAL (
    SELECT unnest(string_to_array(handover_plain(name), ' '))
    UNION ALL SELECT replace(handover_plain(name), ' ', '')
    UNION ALL SELECT unnest(string_to_array(handover_plain(translate(name, '''’‘', '   ')), ' '))
      WHERE name ~ '[''’‘]'
  ) words (word) WHERE word <> ''
$$;

-- A number as it is dialled within the country and with it; and from its end.
CREATE OR REPLACE FUNCTION handover_phone_keys(typed text, normalized text)
RETURNS TABLE (kind text, key text) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  WITH digits AS (
    SELECT DISTINCT left(ltrim(regexp_replace(each, '[^0-9]', '', 'g'), '0'), 20) AS number
    FROM unnest(ARRAY[typed, normalized]) each
  )
  SELECT 'phone', number FROM digits WHERE number <> ''
  UNION SELECT 'phone', right(number, 9) FROM digits WHERE length(number) > 9
  UNION SELECT 'phone_end', reverse(number) FROM digits WHERE number <> ''
$$;
"""
PLAIN_BACK = """
DROP FUNCTION handover_phone_keys(text, text);
DROP FUNCTION handover_name_keys(text[]);
DROP FUNCTION handover_plain(text);
"""

KEPT = r"""
CREATE FUNCTION handover_{thing}_keys(ids bigint[]) RETURNS void LANGUAGE sql AS $$
  DELETE FROM clients_searchkey WHERE thing = '{thing}' AND row_id = ANY(ids)
    AND kind IN ('name', 'email', 'reference', 'sort');
  INSERT INTO clients_searchkey (workspace_id, thing, kind, key, row_id)
    SELECT r.workspace_id, '{thing}', k.kind, k.key, r.id FROM "{table}" r, LATERAL (
      SELECT 'name' AS kind, handover_name_keys({names}) AS key
      UNION ALL SELECT 'email', left(lower(btrim(r.email)), 200) WHERE btrim(r.email) <> ''
      UNION ALL SELECT 'sort', left(handover_plain({last}), 100) || E'\x01'
        || left(handover_plain({first}), 100)
      {reference}
    ) k WHERE r.id = ANY(ids);
$$;

CREATE FUNCTION handover_{thing}_phone_keys(ids bigint[]) RETURNS void LANGUAGE sql AS $$
  DELETE FROM clients_searchkey WHERE thing = '{thing}' AND row_id = ANY(ids)
    AND kind IN ('phone', 'phone_end');
  INSERT INTO clients_searchkey (workspace_id, thing, kind, key, row_id)
    SELECT DISTINCT p.workspace_id, '{thing}', k.kind, k.key, p.{thing}_id FROM "{phones}" p,
      LATERAL handover_phone_keys(p.number, p.normalized_number) k
    WHERE p.{thing}_id = ANY(ids);
$$;

CREATE FUNCTION handover_{thing}_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM handover_{thing}_keys(ARRAY(SELECT id FROM later));
  RETURN NULL;
END $$;

CREATE FUNCTION handover_{thing}_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids bigint[] := ARRAY(
  SELECT l.id FROM later l JOIN earlier e USING (id)
  WHERE ({columns_later}) IS DISTINCT FROM ({columns_earlier})
);
BEGIN
  IF cardinality(ids) > 0 THEN PERFORM handover_{thing}_keys(ids); END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION handover_{thing}_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM clients_searchkey WHERE thing = '{thing}' AND row_id IN (SELECT id FROM earlier)
    AND kind IN ('name', 'email', 'reference', 'sort', 'phone', 'phone_end');
  RETURN NULL;
END $$;

CREATE FUNCTION handover_{thing}_phone_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM handover_{thing}_phone_keys(ARRAY(SELECT DISTINCT {thing}_id FROM later));
  RETURN NULL;
END $$;

CREATE FUNCTION handover_{thing}_phone_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM handover_{thing}_phone_keys(ARRAY(
    SELECT {thing}_id FROM later UNION SELECT {thing}_id FROM earlier
  ));
  RETURN NULL;
END $$;

CREATE FUNCTION handover_{thing}_phone_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM handover_{thing}_phone_keys(ARRAY(SELECT DISTINCT {thing}_id FROM earlier));
  RETURN NULL;
END $$;

CREATE TRIGGER keys_made AFTER INSERT ON "{table}" REFERENCING NEW TABLE AS later
  FOR EACH STATEMENT EXECUTE FUNCTION handover_{thing}_made();
CREATE TRIGGER keys_changed AFTER UPDATE ON "{table}"
  REFERENCING OLD TABLE AS earlier NEW TABLE AS later
  FOR EACH STATEMENT EXECUTE FUNCTION handover_{thing}_changed();
CREATE TRIGGER keys_gone AFTER DELETE ON "{table}" REFERENCING OLD TABLE AS earlier
  FOR EACH STATEMENT EXECUTE FUNCTION handover_{thing}_gone();
CREATE TRIGGER keys_made AFTER INSERT ON "{phones}" REFERENCING NEW TABLE AS later
  FOR EACH STATEMENT EXECUTE FUNCTION handover_{thing}_phone_made();
CREATE TRIGGER keys_changed AFTER UPDATE ON "{phones}"
  REFERENCING OLD TABLE AS earlier NEW TABLE AS later
  FOR EACH STATEMENT EXECUTE FUNCTION handover_{thing}_phone_changed();
CREATE TRIGGER keys_gone AFTER DELETE ON "{phones}" REFERENCING OLD TABLE AS earlier
  FOR EACH STATEMENT EXECUTE FUNCTION handover_{thing}_phone_gone();

"""
KEPT_BACK = """
DROP TRIGGER keys_made ON "{table}";
DROP TRIGGER keys_changed ON "{table}";
DROP TRIGGER keys_gone ON "{table}";
DROP TRIGGER keys_made ON "{phones}";
DROP TRIGGER keys_changed ON "{phones}";
DROP TRIGGER keys_gone ON "{phones}";
DROP FUNCTION handover_{thing}_made();
DROP FUNCTION handover_{thing}_changed();
DROP FUNCTION handover_{thing}_gone();
DROP FUNCTION handover_{thing}_phone_made();
DROP FUNCTION handover_{thing}_phone_changed();
DROP FUNCTION handover_{thing}_phone_gone();
DROP FUNCTION handover_{thing}_keys(bigint[]);
DROP FUNCTION handover_{thing}_phone_keys(bigint[]);
DELETE FROM clients_searchkey WHERE thing = '{thing}';
"""
CLIENTS = {
    "thing": "client",
    "table": "clients_client",
    "phones": "clients_clientphone",
    "columns": (
        "first_name",
        "middle_name",
        "last_name",
        "preferred_name",
        "email",
        "old_reference_id",
    ),
    "names": "r.first_name, r.middle_name, r.last_name, r.preferred_name",
    "last": "r.last_name",
    "first": "r.first_name",
    "reference": r"""UNION ALL
      SELECT 'reference', left(lower(regexp_replace(r.old_reference_id, '\s', '', 'g')), 100)
      WHERE btrim(r.old_reference_id) <> ''""",
}
CONTACTS = {
    "thing": "contact",
    "table": "clients_contact",
    "phones": "clients_contactphone",
    "columns": (
        "first_name",
        "last_name",
        "preferred_name",
        "company_name",
        "email",
        "provider_number",
    ),
    "names": "r.first_name, r.last_name, r.preferred_name, r.company_name",
    "last": "CASE WHEN btrim(r.last_name) = '' THEN r.company_name ELSE r.last_name END",
    "first": "r.first_name",
    "reference": r"""UNION ALL
      SELECT 'reference', left(lower(regexp_replace(r.provider_number, '\s', '', 'g')), 100)
      WHERE btrim(r.provider_number) <> ''""",
}


def kept(of: dict[str, Any]) -> migrations.RunSQL:
    """The steps for one thing, there and back."""
    named = of | {
        "columns_later": ", ".join(f"l.{each}" for each in of["columns"]),
        "columns_earlier": ", ".join(f"e.{each}" for each in of["columns"]),
    }
    return migrations.RunSQL(KEPT.format(**named), KEPT_BACK.format(**named))


class Migration(migrations.Migration):
    """Triggers are of statements: an import writes hundreds of rows with one."""

    # Those of before the first release; an installation that ran them all is up to date.
    replaces = [
        ("clients", "0003_clients"),
        ("clients", "0004_clients_search"),
        ("clients", "0005_pages"),
        ("clients", "0006_debts"),
    ]
    dependencies = [
        ("clients", "0001_initial"),
        ("accounts", "0002_row_level_security"),
        ("practice", "0002_row_level_security"),
    ]

    operations = [
        SecureTables(
            "Contact",
            "ContactPhone",
            "Client",
            "ClientPhone",
            "ClientContact",
            "Case",
            "Relationship",
            "MedicalAlert",
            "RecallType",
            "Recall",
            "ReferralType",
            "ReferralSource",
            "Tag",
            "ClientTag",
        ),
        SecureTables("SearchKey", linked_to=False, counted=False),
        migrations.RunSQL(PLAIN, PLAIN_BACK),
        kept(CLIENTS),
        kept(CONTACTS),
    ]
