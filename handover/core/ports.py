"""Ports of this machine: whether a program may have one to itself."""

import socket

HERE = "127.0.0.1"


def bindable(wanted: int) -> int:
    """The port, or a free one for 0; 0 if another program listens there.

    Asked without `SO_REUSEPORT`. The web server binds with it, and would share the port with
    another one: each request would then be answered by either of two installations.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HERE, wanted))
        except OSError:
            return 0
        port: int = probe.getsockname()[1]
        return port
