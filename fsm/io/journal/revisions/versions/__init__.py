"""A module for each version; ``BESIDE`` says whether it may be made while supervisors run that know
only the one before it. Imports nothing of fsm: what a version was does not change."""
