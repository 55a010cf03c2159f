"""What happens between a camera's frame and the outline on the screen. Knows nothing of the window."""
