# Test binaries and ctest entries. Tests run in the source folder, so that they find scenarios/ by relative paths.
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
find_package(Catch2 REQUIRED)
find_path(RAPIDCHECK_INCLUDE_DIR rapidcheck.h REQUIRED)
find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
add_library(hybridcare_test_support INTERFACE)
target_include_directories(hybridcare_test_support INTERFACE "${PROJECT_SOURCE_DIR}" "${RAPIDCHECK_INCLUDE_DIR}")
target_link_libraries(hybridcare_test_support INTERFACE
  hybridcare::analysis hybridcare_flags Catch2::Catch2 Eigen3::Eigen "${RAPIDCHECK_LIBRARY}")
if(NOT HYBRIDCARE_SANITIZE)
  target_compile_options(hybridcare_test_support INTERFACE -O1)  # tests are compiled more often than they are run
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(hybridcare_test_support INTERFACE -fpch-preprocess)  # lets ccache see through the header
endif()

# hybridcare_test(NAME FILES…): one Catch2 binary, one ctest entry.
function(hybridcare_test name)
  set(kernels ${ARGN})
  set(sources ${ARGN})
  list(FILTER kernels INCLUDE REGEX "\\.kernel\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "\\.kernel\\.cpp$")
  if(NOT sources)
    return()
  endif()
  list(REMOVE_ITEM sources "${PROJECT_SOURCE_DIR}/tests/unit/main.cpp")
  add_executable(${name} ${sources} "${PROJECT_SOURCE_DIR}/tests/unit/main.cpp")
  set_target_properties(${name} PROPERTIES HYBRIDCARE_TEST ON)
  target_link_libraries(${name} PRIVATE hybridcare_test_support)
  target_precompile_headers(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests/catch.hpp" <rapidcheck.h>)
  set_source_files_properties("${PROJECT_SOURCE_DIR}/tests/unit/main.cpp" PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  hybridcare_kernels(${name} PRIVATE ${kernels})
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  # Property tests draw the same cases in every run: a failure is the change's, not the day's. Run the binary by hand
  # for other cases.
  set_tests_properties(${name} PROPERTIES ENVIRONMENT "RC_PARAMS=seed=20250101")
endfunction()

file(GLOB_RECURSE unit CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/unit/*.cpp")
file(GLOB_RECURSE statistical CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/statistical/*.cpp")
hybridcare_test(unit ${unit})
hybridcare_test(statistical ${statistical})

foreach(program print_hash print_golden)  # print_hash is also compared between compilers, by `make test`
  add_executable(${program} tests/golden/${program}.cpp)
  target_link_libraries(${program} PRIVATE hybridcare::analysis hybridcare_flags)
endforeach()
add_executable(scale tests/scale/scale.cpp)
target_link_libraries(scale PRIVATE hybridcare::analysis hybridcare_flags)
add_test(NAME scale COMMAND scale 20000 56 WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
if(NOT HYBRIDCARE_SANITIZE)
  include(Guards)
endif()
add_executable(fuzz tests/fuzz/hostile.cpp)
target_link_libraries(fuzz PRIVATE hybridcare::scenarios hybridcare_flags)
add_test(NAME fuzz COMMAND fuzz WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
add_test(NAME golden.estimates WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
         COMMAND "${Python3_EXECUTABLE}" tests/golden/golden.py $<TARGET_FILE:print_golden> check)
add_test(NAME golden.hash WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
         COMMAND "${Python3_EXECUTABLE}" tests/golden/one_hash.py $<TARGET_FILE:print_hash>)

function(hybridcare_lint name)
  add_test(NAME lint.${name} COMMAND "${Python3_EXECUTABLE}" ${ARGN} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
endfunction()
hybridcare_lint(layers tests/lint/layers.py)
hybridcare_lint(sizes tests/lint/sizes.py)
hybridcare_lint(words tests/lint/words.py)
hybridcare_lint(self_test tests/lint/self_test.py)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT HYBRIDCARE_SANITIZE)  # elsewhere nothing is inlined, so symbols differ
  get_property(kernel_targets GLOBAL PROPERTY HYBRIDCARE_KERNEL_TARGETS)
  set(objects "")
  foreach(target IN LISTS kernel_targets)
    list(APPEND objects "$<TARGET_OBJECTS:${target}>")
  endforeach()
  if(objects)
    hybridcare_lint(kernel_symbols tests/lint/kernel_symbols.py "${CMAKE_NM}" "${objects}")
    set_tests_properties(lint.kernel_symbols PROPERTIES ENVIRONMENT "LC_ALL=C")
  endif()
endif()

if(NOT HYBRIDCARE_SANITIZE)
  add_test(NAME install.find_package COMMAND "${Python3_EXECUTABLE}" tests/install/find_package.py
           "${CMAKE_COMMAND}" "${PROJECT_BINARY_DIR}" "${CMAKE_CXX_COMPILER}"
           WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
endif()
