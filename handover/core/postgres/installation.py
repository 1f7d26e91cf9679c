"""The cluster of one home with all it takes to run it, made at first use."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from handover.core.postgres.account import ServerAccount, account_for
from handover.core.postgres.binaries import Binaries, find_binaries
from handover.core.postgres.cluster import (
    SUPERUSER,
    check_version,
    create_cluster,
    discard_unfinished,
)
from handover.core.postgres.errors import ClusterDamaged, DiskFull, NotWritable
from handover.core.postgres.facts import HOST, ConnectionFacts
from handover.core.postgres.places import Places, choose_data_folder, open_way
from handover.core.postgres.record import ClusterRecord, new_record, read_record, write_record
from handover.core.postgres.roles import Login, prepare_rights, prepare_roles
from handover.core.postgres.waiting import Say

DATABASE = "handover"
OWNER = "handover_owner"
APP = "handover_app"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Installation:
    """One cluster: its record, the folder of its data, who runs it and with which programs."""

    places: Places
    record: ClusterRecord
    account: ServerAccount
    binaries: Binaries

    @property
    def data(self) -> Path:
        """The folder of the cluster."""
        return self.places.folder / self.record.data

    @property
    def notice(self) -> str | None:
        """A sentence for the person who runs it, if the data lies where nobody would look."""
        if self.data.is_relative_to(self.places.home):
            return None
        return (
            f"The database lies in {self.data.parent}, not below {self.places.home}: PostgreSQL "
            f"does not run as root, and the user {self.account.name} cannot enter that folder. "
            "Back up both."
        )

    def facts(self, port: int) -> ConnectionFacts:
        """Return how to connect while the server listens on `port`."""
        return ConnectionFacts(
            host=HOST,
            port=port,
            database=DATABASE,
            owner_user=OWNER,
            owner_password=self.record.owner_password,
            app_user=APP,
            app_password=self.record.app_password,
        )

    def superuser_url(self, port: int, database: str = DATABASE) -> str:
        """Return the URL of the login that may do all."""
        return self.facts(port).url(SUPERUSER, self.record.superuser_password, database)

    def create(self, *, least_free_bytes: int, durable: bool, say: Say) -> None:
        """Make the cluster unless it is there; raise if it was there once, or does not fit."""
        if self.data.exists():
            check_version(self.data, self.binaries)
            return
        if self.record.ready:
            raise ClusterDamaged(
                f"The database that belongs to {self.places.home} is gone from {self.data}. Put it "
                f"back from a backup, or remove {self.places.folder} to begin with an empty one."
            )
        self.check_room(least_free_bytes)
        say(f"Making a new database in {self.data}")
        password = self.record.superuser_password
        create_cluster(self.data, self.account, self.binaries, password, durable=durable)

    def check_room(self, least_free_bytes: int) -> None:
        """Before a start: raise DiskFull below the floor, NotWritable where the door is shut."""
        discard_unfinished(self.data.parent)
        free = shutil.disk_usage(self.data.parent).free
        if free < least_free_bytes:
            told = f"{free // MEGABYTE} MB free, {least_free_bytes // MEGABYTE} MB are needed"
            raise DiskFull(self.data.parent, told)
        if self.data.exists() and not open_way(self.places, self.account, self.data):
            reason = f"the user {self.account.name}, who runs the server, cannot enter it"
            raise NotWritable(self.data, reason)

    def prepare(self, port: int) -> "Installation":
        """Make roles, database and rights the first time, and note that it is done."""
        if self.record.ready:
            return self
        owner = Login(OWNER, self.record.owner_password)
        app = Login(APP, self.record.app_password)
        try:
            with self._connect(port, "postgres") as connection:
                prepare_roles(connection, database=DATABASE, owner=owner, app=app)
            for database in (DATABASE, "template1"):
                with self._connect(port, database) as connection:
                    prepare_rights(connection, owner=OWNER, app=APP)
        except psycopg.errors.DiskFull as problem:
            raise DiskFull(self.data) from problem
        ready = replace(self.record, ready=True)
        write_record(self.places.record, ready)
        return replace(self, record=ready)

    def _connect(self, port: int, database: str) -> psycopg.Connection:
        return psycopg.connect(self.superuser_url(port, database), autocommit=True)


def find_installation(places: Places) -> Installation:
    """Read the record of this home, or begin one; the cluster itself may still be to be made.

    Raises BinariesMissing, ClusterDamaged, NotWritable or StartFailed.
    """
    record = read_record(places.record)
    if record is None:
        record = _begin(places)
    account = account_for(places.folder / record.data)
    return Installation(places, record, account, find_binaries(account, places.elsewhere))


def _begin(places: Places) -> ClusterRecord:
    if places.data.exists():
        raise ClusterDamaged(
            f"{places.record} is missing, and with it the passwords of the database in "
            f"{places.data}. Put it back from a backup, or move the database away."
        )
    data = choose_data_folder(places, account_for(places.data))
    inside = data.is_relative_to(places.folder)
    record = new_record(str(data.relative_to(places.folder) if inside else data))
    # First the record, then the data: a kill between the two costs nothing but the empty record.
    write_record(places.record, record)
    return record
