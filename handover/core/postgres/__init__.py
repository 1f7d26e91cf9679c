"""The embedded PostgreSQL: found, made, started, shared, stopped. Runs before Django is set up."""

from handover.core.postgres.errors import (
    AlreadyRunning,
    BinariesMissing,
    ClusterDamaged,
    DiskFull,
    NotWritable,
    PostgresProblem,
    StartFailed,
    WrongVersion,
)
from handover.core.postgres.facts import ConnectionFacts, Status
from handover.core.postgres.roles import Login, prepare_rights, prepare_roles
from handover.core.postgres.server import EmbeddedPostgres
from handover.core.postgres.throwaway import throwaway_home, throwaway_postgres

__all__ = [
    "AlreadyRunning",
    "BinariesMissing",
    "ClusterDamaged",
    "ConnectionFacts",
    "DiskFull",
    "EmbeddedPostgres",
    "Login",
    "NotWritable",
    "PostgresProblem",
    "StartFailed",
    "Status",
    "WrongVersion",
    "prepare_rights",
    "prepare_roles",
    "throwaway_home",
    "throwaway_postgres",
]
