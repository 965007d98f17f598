"""Where it is kept: the only SQL of the product, and the only place that knows `databases`."""
