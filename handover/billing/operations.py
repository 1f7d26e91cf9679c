"""What is done with invoices and money, in one place for whoever calls it: see each module."""

from handover.billing.drafting import (
    Head,
    Line,
    add,
    begin,
    discard,
    finalise,
    lines_of,
    revert,
    why_not_reverted,
    write,
)
from handover.billing.links import open_link, revoke_links
from handover.billing.settling import (
    Money,
    account_credit,
    apply_credit,
    credit_note,
    pay,
    refund,
    restate,
    take_back,
    write_off,
)
from handover.core.tenancy.changing import Refused

__all__ = [
    "Head",
    "Line",
    "Money",
    "Refused",
    "account_credit",
    "add",
    "apply_credit",
    "begin",
    "credit_note",
    "discard",
    "finalise",
    "lines_of",
    "open_link",
    "pay",
    "refund",
    "restate",
    "revert",
    "revoke_links",
    "take_back",
    "why_not_reverted",
    "write",
    "write_off",
]
