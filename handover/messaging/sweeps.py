"""Sweeps of the outbox."""

from handover.core.sweeps import sweep
from handover.messaging.delivery import deliver_due

sweep(every=15)(deliver_due)
