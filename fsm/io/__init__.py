"""The world, each room one side of it. Imports ``core``; never what is built of both."""
