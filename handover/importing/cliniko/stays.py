"""What stays in Cliniko whatever the key may read, and why: told to whoever signs a move off."""

STAYS: tuple[tuple[str, str], ...] = (
    (
        "payments, and so what is still due on open invoices",
        "Cliniko's interface does not give them",
    ),
    ("letters", "Cliniko's interface does not give them: save them, then `handover attach`"),
    (
        "body charts",
        "Cliniko's interface does not give them: each note says how many it had, and which",
    ),
    ("the waiting list", "Cliniko's interface does not give it"),
    ("links of telehealth and online payment", "they are secret, and close with the account"),
)
