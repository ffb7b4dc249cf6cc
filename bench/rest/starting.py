"""What the function's start costs: its zip's imports, without byte code, since a zip holds none, and boto3's.

The unpacked zip and a folder with boto3 are its arguments; started with -I -S, it sees nothing else.
"""

import importlib
import json
import sys
import time

MODULES = ("rest_to_raw.handler", "aws_lambda_powertools", "boto3")


def main(task: str, libraries: str) -> None:
    """Print the CPU seconds of the imports."""
    sys.path = [task, *sys.path, libraries]
    sys.dont_write_bytecode = True
    start = time.process_time()
    for name in MODULES:
        importlib.import_module(name)
    print(json.dumps({"cpu": time.process_time() - start}))


if __name__ == "__main__":
    main(*sys.argv[1:])
