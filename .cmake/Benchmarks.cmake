find_package(benchmark REQUIRED)
file(GLOB benchmarks CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/benchmark/*.cpp")
if(benchmarks)
  add_executable(hybridcare_bench ${benchmarks})
  set_target_properties(hybridcare_bench PROPERTIES OUTPUT_NAME bench)
  target_include_directories(hybridcare_bench PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(hybridcare_bench PRIVATE hybridcare::analysis hybridcare_flags
                        benchmark::benchmark benchmark::benchmark_main)
endif()
