# The program `peers`: the simplified client-week of tests/benchmark/peers on the engine of sim/, which is compared with
# the same in other libraries. Part of the benchmarks, and of the tests, which check its results.
include_guard(GLOBAL)
set(peers "${PROJECT_SOURCE_DIR}/tests/benchmark/peers/engine")
add_executable(peers "${peers}/main.cpp")
target_include_directories(peers PRIVATE "${PROJECT_SOURCE_DIR}")
target_link_libraries(peers PRIVATE hybridcare::sim hybridcare_flags)
hybridcare_kernels(peers PRIVATE "${peers}/weeks.kernel.cpp")
