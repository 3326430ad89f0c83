"""The program that the doctor puts into a jail to attack it from inside. Nobody outside imports it: it is read as text.

Each public function makes one attempt in several ways, and returns for each way what came of it. Nothing is caught but
what the system refuses (OSError), so that a mistake in here cannot look like a wall. ``calls`` is what all have in
common; the others are named after what they are about.
"""
