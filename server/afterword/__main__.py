"""`python -m afterword` is `afterword`."""

from afterword.cli import main

if __name__ == "__main__":
    main()
