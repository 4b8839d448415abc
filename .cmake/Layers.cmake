# hybridcare_layer(NAME): the static library hybridcare_NAME from NAME/*.cpp, with every NAME/*.kernel.cpp compiled once
# per instruction set into a namespace of that name, so that one binary holds all of them and chooses at start.

add_library(hybridcare_flags INTERFACE)
target_compile_options(hybridcare_flags INTERFACE
  -Wall -Wextra
  # One scenario, one result: no fused multiply-add, and only the two fast-math flags that change no value.
  -ffp-contract=off -fno-math-errno -fno-trapping-math)
if(HYBRIDCARE_SANITIZE)
  target_compile_options(hybridcare_flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
    # To optimise the instrumented tests themselves takes two thirds of their compile time, and saves little in running.
    $<IF:$<BOOL:$<TARGET_PROPERTY:HYBRIDCARE_TEST>>,-O0,-O1> -g1)
  target_link_options(hybridcare_flags INTERFACE -fsanitize=address,undefined)
endif()

set(HYBRIDCARE_KERNELS baseline)
set(HYBRIDCARE_KERNEL_FLAGS_baseline "")
set(HYBRIDCARE_KERNEL_FLAGS_avx2 -mavx2)
set(HYBRIDCARE_KERNEL_FLAGS_avx512
    -mavx512f -mavx512dq -mavx512vl -mavx512bw -mprefer-vector-width=512)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$" AND CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  list(APPEND HYBRIDCARE_KERNELS avx2 avx512)
endif()

# Kernel object libraries NAME_<instruction set> from the files given; their objects are added to the target NAME.
# Public, because whatever is compiled against the layer must agree on which kernels exist.
function(hybridcare_kernels target scope)
  if(NOT ARGN)
    return()
  endif()
  foreach(kernel IN LISTS HYBRIDCARE_KERNELS)
    add_library(${target}_${kernel} OBJECT ${ARGN})
    target_compile_definitions(${target}_${kernel} PRIVATE
      HYBRIDCARE_KERNEL=${kernel} $<TARGET_PROPERTY:hybridcare_sim,INTERFACE_COMPILE_DEFINITIONS>)
    target_include_directories(${target}_${kernel} PRIVATE "${PROJECT_SOURCE_DIR}")
    target_link_libraries(${target}_${kernel} PRIVATE hybridcare_flags)
    target_compile_options(${target}_${kernel} PRIVATE
      $<IF:$<BOOL:${HYBRIDCARE_SANITIZE}>,-O1,-O3> ${HYBRIDCARE_KERNEL_FLAGS_${kernel}})
    target_sources(${target} ${scope} $<TARGET_OBJECTS:${target}_${kernel}>)
    set_property(GLOBAL APPEND PROPERTY HYBRIDCARE_KERNEL_TARGETS ${target}_${kernel})
  endforeach()
endfunction()

function(hybridcare_layer layer)
  set(target hybridcare_${layer})
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${layer}/*.cpp")
  set(kernels ${sources})
  list(FILTER kernels INCLUDE REGEX "\\.kernel\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "\\.kernel\\.cpp$")
  add_library(${target} STATIC ${sources})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${layer} LINKER_LANGUAGE CXX)
  add_library(hybridcare::${layer} ALIAS ${target})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/hybridcare>)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:hybridcare_flags>)
  if(HYBRIDCARE_SANITIZE)
    target_link_options(${target} PUBLIC $<BUILD_INTERFACE:-fsanitize=address,undefined>)
  endif()
  if(layer STREQUAL "sim" AND "avx2" IN_LIST HYBRIDCARE_KERNELS)
    target_compile_definitions(${target} PUBLIC HYBRIDCARE_HAS_AVX2 HYBRIDCARE_HAS_AVX512)
  endif()
  hybridcare_kernels(${target} PRIVATE ${kernels})
endfunction()
