# What of OpenCV goes into a bundle for Linux: `cmake -C` reads this before OpenCV's own options.
# The modules that the program uses, and what these need (geometry, flann).
set(BUILD_LIST "core,imgproc,imgcodecs,videoio,python3" CACHE STRING "")

# NumPy's published wheel already wants a processor with SSE4.2. AVX2 is chosen at run time, where there is one: processors
# without it were sold until 2020.
set(CPU_BASELINE "SSE4_2" CACHE STRING "")
set(CPU_DISPATCH "AVX2" CACHE STRING "")

# A camera read without Qt sends JPEGs; the window keeps its pictures as PNGs. Pillow reads all the rest. Both come from
# OpenCV's own sources, whatever the system has.
foreach(library JPEG PNG ZLIB)
  set(BUILD_${library} ON CACHE BOOL "")
endforeach()
set(WITH_V4L ON CACHE BOOL "")
foreach(part
    1394 AVIF FFMPEG GSTREAMER IMGCODEC_GIF IMGCODEC_HDR IMGCODEC_PFM IMGCODEC_PXM IMGCODEC_SUNRASTER JASPER OBSENSOR
    OPENEXR OPENJPEG TIFF WEBP
    EIGEN IPP ITT LAPACK OPENCL VA VA_INTEL
    DIRECTML FLATBUFFERS GTK PROTOBUF VTK
)
  set(WITH_${part} OFF CACHE BOOL "")
endforeach()
set(CV_TRACE OFF CACHE BOOL "")

# Most of the time that this takes goes into reading headers: each is read once. -O2 is a quarter faster to build than -O3,
# and what has to be fast is written with intrinsics.
set(ENABLE_PRECOMPILED_HEADERS ON CACHE BOOL "")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG" CACHE STRING "")
set(CMAKE_MODULE_LINKER_FLAGS "-Wl,--strip-all" CACHE STRING "")

set(CMAKE_PROJECT_OpenCV_INCLUDE "${CMAKE_CURRENT_LIST_DIR}/stubs.cmake" CACHE FILEPATH "")
