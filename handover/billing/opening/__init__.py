"""What is still due on imported invoices, as somebody tells it: by a file of any shape, or by hand.

`sheet` and `amounts` read what was brought, `columns` suggests what its columns mean, `preview`
holds it against what is known, `applying` writes it and takes it back.
"""
