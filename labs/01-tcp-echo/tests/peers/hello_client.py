"""A client as beginners write it: hello_client.py PORT."""
import socket
import sys

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
    s.connect(("127.0.0.1", int(sys.argv[1])))
    s.sendall(b"Hello from client!")
    print(s.recv(1024).decode())
