"""`python -m hybridcare`: the same as the command `hybridcare`."""

from hybridcare.cli import main

if __name__ == "__main__":
    main()
