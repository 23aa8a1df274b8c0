"""What people and programs read, as data and as text. Imports ``core``; of ``io`` only how a
listener fares, and the latencies in a journal.
"""
