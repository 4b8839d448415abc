# Compile through ccache where it is found. The settings let a second checkout reuse the first one's objects.
find_program(HYBRIDCARE_CCACHE ccache)
if(HYBRIDCARE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
      "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime" "${HYBRIDCARE_CCACHE}")
endif()
