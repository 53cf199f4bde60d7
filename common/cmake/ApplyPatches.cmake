# cmake -DBASE=DIR -DPATCHES=FILE[;FILE...] -DOUTPUT=DIR -P ApplyPatches.cmake
# Copies the sources of BASE to OUTPUT and applies the patches in order. A patch that does not fit exactly is an error.
file(GLOB sources "${BASE}/*.cpp" "${BASE}/*.hpp")
file(REMOVE_RECURSE "${OUTPUT}")
file(COPY ${sources} DESTINATION "${OUTPUT}")
foreach(patch IN LISTS PATCHES)
  execute_process(
    COMMAND patch --strip=1 --fuzz=0 --no-backup-if-mismatch "--input=${patch}"
    WORKING_DIRECTORY "${OUTPUT}" RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    file(REMOVE_RECURSE "${OUTPUT}")
    message(FATAL_ERROR "${patch} does not fit ${BASE} any more: make it again from what it is meant to change\n${said}")
  endif()
endforeach()
file(GLOB results "${OUTPUT}/*.cpp" "${OUTPUT}/*.hpp")
file(TOUCH ${results})
