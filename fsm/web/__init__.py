"""The supervisor's own pages: what its journal has, rendered; and the way for commands from there.

A process of its own, which reads the journal and asks the daemon; it may be killed at any time.
Imports ``core``, ``io``, ``notify``, ``report``, ``draw`` and of ``daemon`` what others can ask of
a journal.
"""
