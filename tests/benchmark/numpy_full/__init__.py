"""The full model over arrays of clients, as a NumPy user would write it who knows NumPy well. See README.md."""
