"""Invoices in the browser: lists, drafts, payments, statements, and the page that a link opens."""
