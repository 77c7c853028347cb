"""Who serves customers when: planned, proven, explained, and kept in every calendar."""

import os

# The engine's matrices are small: threads of the linear algebra would only wait for each other, and
# parts are solved side by side anyway. It has to be said before NumPy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
