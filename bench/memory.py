"""Memory: the importing process's peak must not grow with the account.

`python -m bench.memory`: a small and a large account, the database and the sandbox left out. Files
are left out too: a large account has gigabytes of them, and that their size does not matter is what
the tests of their own show.
"""

from bench.lab import MIB, laboratory, machine, move, sandbox, say

SIZES = ((1_000, 10_000), (10_000, 200_000))  # clients, appointments
TYPES = ("individual_appointments", "attendees")
MOST = 1.20


def main() -> None:
    say(machine())
    peaks = [_peak(clients, appointments) for clients, appointments in SIZES]
    ratio = peaks[-1] / peaks[0]
    say(f"ratio {ratio:.3f} (at most {MOST})", "ok" if ratio <= MOST else "TOO MUCH")


def _peak(clients: int, appointments: int) -> int:
    with sandbox(clients=clients, appointments=appointments) as served, laboratory() as (home, _):
        moved = move(home, served, "Memory", only=TYPES)
    say(
        f"{appointments:>9,} appointments  {moved.records:>9,} records"
        f"  peak {moved.peak_bytes / MIB:6.1f} MiB  {moved.seconds:7.1f} s"
    )
    return moved.peak_bytes


if __name__ == "__main__":
    main()
