"""The functional core: no input, no output, no clock. Imports nothing of fsm but its errors.

Four floors, each of which imports only those below it: ``evidence``, ``expect``, ``charts``,
``engine``.
"""
