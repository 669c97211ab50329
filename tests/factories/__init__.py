"""One factory a model: the minimal valid object, flushed and never committed."""
