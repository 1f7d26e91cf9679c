"""Secrets of workspaces: sealed with a data key of each, which the installation's key seals."""
