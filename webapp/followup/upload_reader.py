"""What the process does that looks at one file of a stranger: the bytes come in, what they are goes out (`uploads`)."""

import json
import resource
import sys
import warnings

from webapp.followup.upload_rules import examined

# A picture of 64 million pixels takes a second and 400 MB here, a scanned PDF of a hundred pages half a second.
SECONDS, MEMORY = 15, 1024 * 2**20


def main() -> None:
    """Look at standard input, within bounds, and write its MIME type and fault as JSON."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    warnings.simplefilter("ignore")
    json.dump(examined(sys.stdin.buffer.read()), sys.stdout)
