"""Mail that the product sends. Nothing imported can be seen from here, so none of it is sent."""
