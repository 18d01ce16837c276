"""The living page: models that the build has trained answer inside the page, without a server.

Each module has one job::

    network   a model as plain arrays, and what it computes
    trained   a trained model as such arrays
    file      the compact file that a page loads
    export    what a section calls: rounded, measured, handed to the page
    ahead     a network that predicts a series: its arrays, handed to the page
    page      the Sphinx extension: the directive {living}, and the files beside the pages

What runs in the browser is in ``static/``: ``start.js``, which waits for the reader, ``living.js``,
which computes, and one script for each widget.

None of them imports MXNet: the pages are built without it.
"""

import recurrent  # noqa: F401  before numpy, which reads the processor's levers when it is loaded
