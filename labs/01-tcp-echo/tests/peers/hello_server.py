"""A server as beginners write it: it answers one client, whatever that has said. Prints its port."""
import socket

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
    s.bind(("127.0.0.1", 0))
    s.listen()
    print(s.getsockname()[1], flush=True)
    conn, addr = s.accept()
    with conn:
        conn.recv(1024)
        conn.sendall(b"Hello from server!")
