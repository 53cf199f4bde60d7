"""Answers each datagram twice, and the second time from another port: two_faced_server.py PORT."""
import socket
import sys

with socket.socket(type=socket.SOCK_DGRAM) as s, socket.socket(type=socket.SOCK_DGRAM) as stranger:
    s.bind(("127.0.0.1", int(sys.argv[1])))
    stranger.bind(("127.0.0.1", 0))
    while True:
        data, addr = s.recvfrom(65535)
        s.sendto(data, addr)
        stranger.sendto(data, addr)
