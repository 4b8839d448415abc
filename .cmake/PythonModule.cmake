# The module hybridcare._core, and beside it, in the build folder, a package of links to the sources: the same layout as
# in a wheel, so that a development environment runs what would be shipped, and edits to Python files count at once.
find_package(Python 3.11 REQUIRED COMPONENTS Interpreter Development.Module)
if(NOT pybind11_DIR)
  execute_process(COMMAND "${Python_EXECUTABLE}" -m pybind11 --cmakedir OUTPUT_VARIABLE found
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(found)
    set(pybind11_DIR "${found}" CACHE PATH "Folder of pybind11Config.cmake" FORCE)
  endif()
endif()
set(PYBIND11_FINDPYTHON ON)
find_package(pybind11 3.0 CONFIG REQUIRED)

file(GLOB bindings CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/python/bindings/*.cpp")
pybind11_add_module(_core MODULE NO_EXTRAS ${bindings})
target_link_libraries(_core PRIVATE hybridcare::analysis hybridcare_flags)
target_include_directories(_core PRIVATE "${PROJECT_SOURCE_DIR}")
set_target_properties(_core PROPERTIES CXX_VISIBILITY_PRESET hidden)

set(package "${PROJECT_BINARY_DIR}/python/hybridcare")
set_target_properties(_core PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${package}")
file(MAKE_DIRECTORY "${package}/data")
file(GLOB parts CONFIGURE_DEPENDS LIST_DIRECTORIES true "${PROJECT_SOURCE_DIR}/python/hybridcare/*")
foreach(part IN LISTS parts)
  get_filename_component(name "${part}" NAME)
  if(NOT name MATCHES "^(__pycache__|data|_core\\..*)$")
    file(CREATE_LINK "${part}" "${package}/${name}" SYMBOLIC)
  endif()
endforeach()
set(HYBRIDCARE_DATA library profiles schema evidence studies)  # folders of scenarios/ that the package carries as data
foreach(name IN LISTS HYBRIDCARE_DATA)
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/scenarios/${name}" "${package}/data/${name}" SYMBOLIC)
  install(DIRECTORY "scenarios/${name}" DESTINATION hybridcare/data COMPONENT python EXCLUDE_FROM_ALL)
endforeach()
foreach(name rivals.json designs.json)  # and files of scenarios/
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/scenarios/${name}" "${package}/data/${name}" SYMBOLIC)
  install(FILES "scenarios/${name}" DESTINATION hybridcare/data COMPONENT python EXCLUDE_FROM_ALL)
endforeach()
install(TARGETS _core LIBRARY DESTINATION hybridcare COMPONENT python EXCLUDE_FROM_ALL)
