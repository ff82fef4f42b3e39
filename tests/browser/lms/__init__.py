"""Lessons and explorers in a learning platform: scorm-again plays the platform, gift-pegjs reads what Moodle reads.

Both come from npm (``npm install --prefix tests/browser/lms --no-package-lock --ignore-scripts``).
"""
