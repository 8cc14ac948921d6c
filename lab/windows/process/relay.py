"""`relay.py SOCKET HOST ACCOUNT`: standard input and output of one PowerShell of the double."""

import os
import socket
import sys
import threading


def main() -> int:
    path, host, account = sys.argv[1:4]
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    connection.sendall(f"{host} {account}\n".encode())

    def inwards() -> None:
        while data := os.read(0, 65536):
            connection.sendall(data)
        # As PowerShell, whose process ends with its input.
        os._exit(0)

    threading.Thread(target=inwards, daemon=True).start()
    while data := connection.recv(65536):
        os.write(1, data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
