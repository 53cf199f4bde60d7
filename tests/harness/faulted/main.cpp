// Makes the calls that its arguments name, and prints a line about each. Built plainly, with
// AddressSanitizer and UndefinedBehaviorSanitizer, and with ThreadSanitizer.

#include "faulted.hpp"

int main(int argc, char* argv[]) {
    faulted::Table table;
    for (const auto add : {faulted::add_receiving, faulted::add_sending, faulted::add_reading,
                           faulted::add_writing, faulted::add_sockets, faulted::add_waiting,
                           faulted::add_files, faulted::add_resolver, faulted::add_crashes}) {
        add(table);
    }
    for (int i = 1; i < argc; ++i) table.at(argv[i])();
}
