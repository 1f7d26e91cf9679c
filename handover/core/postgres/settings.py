"""How the server is set: for one small machine, safe against a crash, with nothing private logged.

All of it is given at each start, so that it follows the code and not the age of the cluster.
"""

from pathlib import Path

ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "300",  # see "In the background" in the README
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    # A container's /dev/shm is often 64 MB, too small for parallel plans; cores are few as well.
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "random_page_cost": "1.1",
    "jit": "off",
    "wal_level": "minimal",  # nobody replicates from here
    "max_wal_senders": "0",
    "wal_compression": "on",
    "min_wal_size": "80MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "10min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Messages below LOG quote statements and values: those are people's health data.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def server_arguments(data: Path, port: int, *, durable: bool) -> list[str]:
    """Return the arguments of the program `postgres`."""
    chosen = {**ALWAYS, **(DURABLE if durable else THROWAWAY)}
    settings = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
    return ["-D", str(data), "-p", str(port), *settings]
