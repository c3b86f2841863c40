"""The territory: places from the province down to the grid, dated; the code is the path."""
