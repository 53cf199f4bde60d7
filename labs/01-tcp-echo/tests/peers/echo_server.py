"""An echo server as Python's documentation has it, for one client. Prints its port."""
import socket

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
    s.bind(("127.0.0.1", 0))
    s.listen()
    print(s.getsockname()[1], flush=True)
    conn, addr = s.accept()
    with conn:
        while data := conn.recv(1024):
            conn.sendall(data)
