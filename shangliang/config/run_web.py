"""`python -m shangliang.config.run_web …`: granian, with its own words, that ends with `serve`."""

from granian.cli import entrypoint

from shangliang.kit.parent import end_with_parent

if __name__ == "__main__":
    end_with_parent()
    entrypoint()  # type: ignore[no-untyped-call]  # granian ships no types for it
