# The suites of tests/benchmark in one binary. `make bench` runs them; `make test` sees that they are still made.
find_package(benchmark REQUIRED)
file(GLOB benchmarks CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/benchmark/*.cpp")
add_executable(hybridcare_bench ${benchmarks})
set_target_properties(hybridcare_bench PROPERTIES OUTPUT_NAME bench)
target_include_directories(hybridcare_bench PRIVATE "${PROJECT_SOURCE_DIR}")
target_link_libraries(hybridcare_bench PRIVATE hybridcare::analysis hybridcare_flags benchmark::benchmark)

# The kernel a second and a third time, each in a namespace of its own, fed by other words than Philox's: to measure
# what keyed draws cost. See tests/benchmark/words.
file(GLOB kernel_sources CONFIGURE_DEPENDS
     "${PROJECT_SOURCE_DIR}/sim/*.kernel.cpp" "${PROJECT_SOURCE_DIR}/agents/*.kernel.cpp"
     "${PROJECT_SOURCE_DIR}/scenarios/*.kernel.cpp")
foreach(kernel IN LISTS HYBRIDCARE_KERNELS)
  foreach(words mersenne cheap)
    string(TOUPPER ${words} name)
    set(objects hybridcare_bench_${words}_${kernel})
    add_library(${objects} OBJECT ${kernel_sources} "${PROJECT_SOURCE_DIR}/tests/benchmark/words/mersenne.cpp")
    target_include_directories(${objects} PRIVATE "${PROJECT_SOURCE_DIR}")
    target_compile_definitions(${objects} PRIVATE HYBRIDCARE_KERNEL=${words}_${kernel} HYBRIDCARE_WORDS_${name}
      $<TARGET_PROPERTY:hybridcare_sim,INTERFACE_COMPILE_DEFINITIONS>)
    target_compile_options(${objects} PRIVATE
      -include "${PROJECT_SOURCE_DIR}/tests/benchmark/words/words.hpp" -O3 ${HYBRIDCARE_KERNEL_FLAGS_${kernel}})
    target_link_libraries(${objects} PRIVATE hybridcare_flags)
    target_sources(hybridcare_bench PRIVATE $<TARGET_OBJECTS:${objects}>)
    list(APPEND other_words "$<TARGET_OBJECTS:${objects}>")
  endforeach()
endforeach()
if(HYBRIDCARE_TESTS)  # that it links and runs, not how fast
  add_test(NAME bench.runs WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
           COMMAND hybridcare_bench --benchmark_filter=words|reading|clients/1000$ --benchmark_min_time=0.001)
  set_tests_properties(bench.runs PROPERTIES FAIL_REGULAR_EXPRESSION "ERROR OCCURRED")
  add_test(NAME bench.words WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
           COMMAND "${Python3_EXECUTABLE}" tests/benchmark/words/check.py
           "$<TARGET_OBJECTS:hybridcare_agents_baseline>" "${other_words}")
endif()
