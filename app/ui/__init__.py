"""The window. Qt lives here, and nothing here reads, searches or writes a picture on the window's own thread."""
