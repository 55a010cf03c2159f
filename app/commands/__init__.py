"""One module a command. Each has two functions, and is imported only when its command is the one asked for.

- `add_parser(subparsers)` adds the command's parser, with its arguments, and returns it.
- `run(arguments)` does the work and returns the exit status.
"""
