# How the two kinds of code are built: `tool_build` for the course's own (common/ and tests), `student_build` for
# the programs of the labs and for what is linked into them.

# Members that a designated initialiser leaves out have their default; a warning about that would be noise.
add_library(tool_build INTERFACE)
target_compile_options(tool_build INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  -Wno-missing-field-initializers $<$<BOOL:${LAB_WARNINGS_ARE_ERRORS}>:-Werror>)

# A student sees the warnings that find bugs in programs with sockets, and no others. Variables without a value
# get a pattern, so that nothing works by luck. Line tables and frames are kept, for reports that can be read.
add_library(student_build INTERFACE)
target_compile_options(student_build INTERFACE -Wall -Wextra -g -fno-omit-frame-pointer
  -ftrivial-auto-var-init=pattern
  $<$<CXX_COMPILER_ID:Clang>:-Wtautological-unsigned-zero-compare>
  $<$<BOOL:${LAB_WARNINGS_ARE_ERRORS}>:-Werror>)
if(LAB_SANITIZERS)
  # Undefined behaviour ends the program, as the other sanitizers do: a report that is only printed is overlooked.
  target_compile_options(student_build INTERFACE -fsanitize=${LAB_SANITIZERS} -fno-sanitize-recover=undefined)
  target_link_options(student_build INTERFACE -fsanitize=${LAB_SANITIZERS})
endif()

# Linking is on the way of every edit: mold takes half, lld 0.6 of the time of the default linker.
find_program(LAB_LINKER NAMES ld.mold ld.lld)
if(LAB_LINKER MATCHES "mold$")
  add_link_options(-fuse-ld=mold)
elseif(LAB_LINKER)
  add_link_options(-fuse-ld=lld)
endif()
