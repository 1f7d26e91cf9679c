"""Documents that were handed over as a ZIP archive or a folder: the source without a server.

A document is known by where it stood and what it is. So the same one never comes twice, another
one never takes its place, and undoing has nothing to bring back.
"""
