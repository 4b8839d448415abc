# Bakes version, commit and compiler into the library. With -DINPUT it is the script that writes the file at build
# time, so that a new commit is noticed without configuring again; the file changes only when its contents do.
if(CMAKE_SCRIPT_MODE_FILE)
  set(COMMIT "unknown")  # a release archive has no git
  find_program(GIT git)
  if(GIT AND EXISTS "${SOURCE}/.git")
    execute_process(
      COMMAND "${GIT}" -c "safe.directory=${SOURCE}" describe --always --dirty=+ --abbrev=12 --exclude=*
      WORKING_DIRECTORY "${SOURCE}" OUTPUT_VARIABLE found RESULT_VARIABLE failed
      OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(NOT failed)
      set(COMMIT "${found}")
    endif()
  endif()
  configure_file("${INPUT}" "${OUTPUT}" @ONLY)
  return()
endif()

set(generated "${PROJECT_BINARY_DIR}/generated/version.cpp")
add_custom_target(hybridcare_version_file
  COMMAND "${CMAKE_COMMAND}" "-DSOURCE=${PROJECT_SOURCE_DIR}" "-DINPUT=${PROJECT_SOURCE_DIR}/.cmake/version.cpp.in"
          "-DOUTPUT=${generated}" "-DVERSION=${PROJECT_VERSION}"
          "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
          -P "${PROJECT_SOURCE_DIR}/.cmake/Version.cmake"
  BYPRODUCTS "${generated}" COMMENT "" VERBATIM)
add_library(hybridcare_version OBJECT "${generated}")
add_dependencies(hybridcare_version hybridcare_version_file)
target_include_directories(hybridcare_version PRIVATE "${PROJECT_SOURCE_DIR}")
target_link_libraries(hybridcare_version PRIVATE hybridcare_flags)
