# From a folder with programs to targets. lab.json is the only place that lists a lab's programs.

# read_lab_manifest(FOLDER RESULT): reads FOLDER/lab.json into RESULT_ID, RESULT_PROGRAMS (names) and RESULT_MAIN_FILES
# (in the same order). What is wrong with it goes into RESULT_ERROR; a broken lab is named and left out by the caller.
function(read_lab_manifest folder result)
  set(names "")
  set(main_files "")
  set(id "")
  set(error "there is no lab.json")
  if(EXISTS "${folder}/lab.json")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${folder}/lab.json")
    file(READ "${folder}/lab.json" json)
    string(JSON id ERROR_VARIABLE error GET "${json}" id)
  endif()
  if(NOT error)
    string(JSON count ERROR_VARIABLE error LENGTH "${json}" programs)
  endif()
  if(NOT error)
    math(EXPR last "${count} - 1")
    foreach(index RANGE ${last})
      string(JSON name MEMBER "${json}" programs ${index})
      string(JSON main_file GET "${json}" programs ${name})
      list(APPEND names ${name})
      list(APPEND main_files ${main_file})
    endforeach()
  else()
    set(${result}_ERROR "${error}" PARENT_SCOPE)
    return()
  endif()
  set(${result}_ERROR "" PARENT_SCOPE)
  set(${result}_ID "${id}" PARENT_SCOPE)
  set(${result}_PROGRAMS "${names}" PARENT_SCOPE)
  set(${result}_MAIN_FILES "${main_files}" PARENT_SCOPE)
endfunction()

# add_lab_programs(FOLDER WHERE LAB [ONLY MAIN_FILE...] [SOURCES FILE...]): a target WHERE/PROGRAM for each program of
# the lab whose main file is in FOLDER, and one named WHERE for all of them. A program is its main file and every other
# .cpp in the folder that is no program's main file. LAB is a prefix that read_lab_manifest has filled. WHERE is also
# the folder below the build tree where the programs lie: labs/01-tcp-echo, solutions/01-tcp-echo and so on.
# ONLY leaves out programs with other main files; SOURCES names the files where they are yet to be generated.
function(add_lab_programs folder where lab)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "" "ONLY;SOURCES")
  if(arg_SOURCES)
    set(sources ${arg_SOURCES})
  else()
    file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cpp")
  endif()
  string(REPLACE "/" "." group "${where}")
  add_custom_target(${group})
  set(shared ${sources})
  foreach(main_file IN LISTS ${lab}_MAIN_FILES)
    list(REMOVE_ITEM shared "${folder}/${main_file}")
  endforeach()
  foreach(name main_file IN ZIP_LISTS ${lab}_PROGRAMS ${lab}_MAIN_FILES)
    if(NOT "${folder}/${main_file}" IN_LIST sources OR (arg_ONLY AND NOT main_file IN_LIST arg_ONLY))
      continue()
    endif()
    add_executable(${group}.${name} EXCLUDE_FROM_ALL "${folder}/${main_file}" ${shared})
    set_target_properties(${group}.${name} PROPERTIES
      OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/${where}")
    target_link_libraries(${group}.${name} PRIVATE program student_build Threads::Threads)
    add_dependencies(${group} ${group}.${name})
  endforeach()
endfunction()

# add_lab_stages(FOLDER LAB): each stage as a test for ctest.
function(add_lab_stages folder lab)
  file(READ "${folder}/lab.json" json)
  string(JSON count ERROR_VARIABLE error LENGTH "${json}" stages)
  if(error)
    return()
  endif()
  math(EXPR last "${count} - 1")
  foreach(index RANGE ${last})
    string(JSON stage GET "${json}" stages ${index} id)
    add_test(NAME ${${lab}_ID}.${stage} COMMAND lab test ${${lab}_ID} ${stage})
    set_tests_properties(${${lab}_ID}.${stage} PROPERTIES ENVIRONMENT "LAB_ROOT=${PROJECT_SOURCE_DIR}")
  endforeach()
endfunction()

# add_lab_tests(FOLDER LAB_ID): the test program of one lab, with the list of its tests beside it: a run that reports
# fewer than these has proved nothing.
function(add_lab_tests folder id)
  file(GLOB sources CONFIGURE_DEPENDS "${folder}/tests/*.cpp")
  set(target labs.${id}.tests)
  set(output "${PROJECT_BINARY_DIR}/labs/${id}")
  add_executable(${target} ${sources})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME tests RUNTIME_OUTPUT_DIRECTORY "${output}")
  target_link_libraries(${target} PRIVATE harness_main tool_build)
  add_dependencies(${target} supervisor)
  add_custom_command(TARGET ${target} POST_BUILD VERBATIM
    COMMAND ${CMAKE_COMMAND} -E env "LAB_TEST_LIST=${output}/tests.json" $<TARGET_FILE:${target}>
            --list-tests --out "${output}/tests.txt")
endfunction()
