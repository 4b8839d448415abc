# cmake --install, then in another project: find_package(hybridcare) and target_link_libraries(… hybridcare::analysis).
include(CMakePackageConfigHelpers)
set(config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/hybridcare")
install(TARGETS hybridcare_sim hybridcare_agents hybridcare_scenarios hybridcare_analysis EXPORT hybridcare
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT cpp)
foreach(layer sim agents scenarios analysis)
  install(DIRECTORY ${layer} DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/hybridcare" COMPONENT cpp
          FILES_MATCHING PATTERN "*.hpp" PATTERN "library" EXCLUDE PATTERN "profiles" EXCLUDE PATTERN "evidence" EXCLUDE
          PATTERN "schema" EXCLUDE)
endforeach()
install(DIRECTORY scenarios/library scenarios/profiles DESTINATION "${CMAKE_INSTALL_DATADIR}/hybridcare" COMPONENT cpp)
install(EXPORT hybridcare NAMESPACE hybridcare:: DESTINATION "${config_dir}" FILE hybridcare-targets.cmake
        COMPONENT cpp)
file(WRITE "${PROJECT_BINARY_DIR}/hybridcare-config.cmake.in" "@PACKAGE_INIT@
include(CMakeFindDependencyMacro)
find_dependency(Threads)
include(\"\${CMAKE_CURRENT_LIST_DIR}/hybridcare-targets.cmake\")
")
configure_package_config_file("${PROJECT_BINARY_DIR}/hybridcare-config.cmake.in"
  "${PROJECT_BINARY_DIR}/hybridcare-config.cmake" INSTALL_DESTINATION "${config_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/hybridcare-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/hybridcare-config.cmake" "${PROJECT_BINARY_DIR}/hybridcare-config-version.cmake"
        DESTINATION "${config_dir}" COMPONENT cpp)
