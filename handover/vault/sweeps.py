"""Sweeps of the vault."""

from handover.core.sweeps import sweep
from handover.vault.rotation import drop_retired

sweep(every=24 * 3600)(drop_retired)
