# opencv-python's setup fails where there are no type stubs, and OpenCV writes these for all of its modules or not at all.
# A bundle leaves them out anyway: empty ones will do. (In the build's own folder they would hide Python's `typing`.)
set(stubs "${CMAKE_BINARY_DIR}/empty-stubs")
file(WRITE "${stubs}/typing/__init__.py" "")
file(WRITE "${stubs}/py.typed" "")
install(FILES "${stubs}/typing/__init__.py" DESTINATION python/cv2/typing COMPONENT python)
install(FILES "${stubs}/py.typed" DESTINATION python/cv2 COMPONENT python)
