"""Arrays of strings and numbers: memory-mapped string tables, numpy kernels, row mappings, samples."""
