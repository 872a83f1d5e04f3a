"""Python imports this at its start when this folder is on PYTHONPATH; see the package."""

import os
import sys

if "FAILPOINTS" in os.environ:
    from shared_events.tests.failpoints import arming

    try:
        arming.arm(os.environ["FAILPOINTS"])
    except arming.Unknown as refusal:
        # Raised from here, it would be a warning, and the test would run without its fault.
        print(f"FAILPOINTS: {refusal}", file=sys.stderr, flush=True)
        os._exit(2)
