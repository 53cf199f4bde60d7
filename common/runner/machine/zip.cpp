#include "runner/machine/zip.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <cstdint>
#include <memory>
#include <stdexcept>

namespace runner {
namespace {

using Archive = std::unique_ptr<archive, decltype(&archive_write_free)>;
using Entry = std::unique_ptr<archive_entry, decltype(&archive_entry_free)>;

void check(archive* zip, la_ssize_t result) {
    if (result < ARCHIVE_OK)
        throw std::runtime_error(std::string("zip: ") + archive_error_string(zip));
}

la_ssize_t append(archive* /*zip*/, void* to, const void* bytes, std::size_t size) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), size);
    return static_cast<la_ssize_t>(size);
}

void add(archive* zip, const ZipEntry& file) {
    const Entry entry(archive_entry_new(), archive_entry_free);
    archive_entry_set_pathname_utf8(entry.get(), file.name.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_size(entry.get(), static_cast<std::int64_t>(file.text.size()));
    check(zip, archive_write_header(zip, entry.get()));
    check(zip, archive_write_data(zip, file.text.data(), file.text.size()));
}

}  // namespace

std::string make_zip(const std::vector<ZipEntry>& entries) {
    const Archive zip(archive_write_new(), archive_write_free);
    std::string bytes;
    check(zip.get(), archive_write_set_format_zip(zip.get()));
    // The names are UTF-8 whatever the locale is.
    check(zip.get(), archive_write_set_options(zip.get(), "hdrcharset=UTF-8"));
    check(zip.get(), archive_write_set_bytes_in_last_block(zip.get(), 1));
    check(zip.get(), archive_write_open(zip.get(), &bytes, nullptr, append, nullptr));
    for (const ZipEntry& entry : entries) add(zip.get(), entry);
    check(zip.get(), archive_write_close(zip.get()));
    return bytes;
}

}  // namespace runner
