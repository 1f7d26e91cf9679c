"""Mail that the product sends. Nothing imported can be seen from here: none is sent by itself."""
