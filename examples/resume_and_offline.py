"""Go on with a run, and log where there is no network.

The first run is kept on disk (`trireme sync` would send it); the second goes on with it under the same custom run id.
"""

import trireme

RUN_ID = "long-training"

with trireme.init_run("examples/resume", custom_run_id=RUN_ID, mode="offline") as run:
    for step in range(100):
        run["loss"].append(1 / (step + 1), step=step)

# Later, perhaps on another machine, now with a server. Explicit steps let both parts join at the right place.
with trireme.init_run("examples/resume", custom_run_id=RUN_ID) as run:
    for step in range(100, 200):
        run["loss"].append(1 / (step + 1), step=step)
    run["sys/tags"].add("resumed")
