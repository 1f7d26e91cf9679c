"""A simulated Xero: for tests, and for trying things out without anybody's books."""

from handover.sandbox.xero.faults import XeroFault
from handover.sandbox.xero.server import FakeXero

__all__ = ["FakeXero", "XeroFault"]
