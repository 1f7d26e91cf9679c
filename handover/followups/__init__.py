"""Asking for what is due, by e-mail: templates, rules, and what was asked of whom."""
