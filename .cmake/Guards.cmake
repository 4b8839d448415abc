# Guards of speed that depend on no clock: instructions of a session-week, and memory asked for inside the weeks.
add_executable(instructions tests/benchmark/guards/instructions.cpp)
target_link_libraries(instructions PRIVATE hybridcare::analysis hybridcare_flags)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND "avx2" IN_LIST HYBRIDCARE_KERNELS)
  add_test(NAME instructions WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
           COMMAND "${Python3_EXECUTABLE}" tests/benchmark/instructions --program $<TARGET_FILE:instructions>)
  set_tests_properties(instructions PROPERTIES SKIP_RETURN_CODE 77)  # no Valgrind, no AVX2, or another compiler
endif()

include(CheckCXXSourceCompiles)
check_cxx_source_compiles("extern \"C\" void* __libc_malloc(unsigned long);
                           int main() { return !__libc_malloc(1); }" HYBRIDCARE_GLIBC)
if(HYBRIDCARE_GLIBC)  # the counting of allocations puts itself before glibc's functions
  add_executable(allocations tests/benchmark/guards/allocations.cpp)
  target_link_libraries(allocations PRIVATE hybridcare::analysis hybridcare_flags)
  add_test(NAME allocations COMMAND allocations WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
endif()
