"""The running supervisor: main loop, its parts, commands. Imports ``core``, ``io``, ``notify``,
``report``.
"""
