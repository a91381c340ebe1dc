# SPDX-License-Identifier: Apache-2.0
"""proof - what tests have shown about operations of the Lambda API, for docs/operations.md.

With LAMB_TEST_PROOF=DIR each line goes into a file of this process in DIR; without, it is
forgotten. A line is KIND OPERATION DETAIL: `success` and the client that was answered as
the model says, `violation` and the constraint that was broken, `error` and the number of
the recorded text. scripts/make-operations-page.py counts the different ones.
"""

import os


def proved(kind, operation, detail):
    folder = os.environ.get("LAMB_TEST_PROOF")
    if not folder:
        return
    with open(os.path.join(folder, str(os.getpid())), "a", encoding="utf-8") as f:
        f.write(f"{kind} {operation} {detail!s}\n".replace("\n", " ").rstrip() + "\n")
