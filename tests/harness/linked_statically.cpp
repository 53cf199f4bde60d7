// Needs no library to be loaded: none can be.

int main() { return 3; }
