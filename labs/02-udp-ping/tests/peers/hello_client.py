"""A client as beginners write it: hello_client.py PORT."""
import socket
import sys

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.sendto(b"Hello from client!", ("127.0.0.1", int(sys.argv[1])))
    data, server = s.recvfrom(1024)
    print(data.decode())
