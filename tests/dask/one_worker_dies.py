"""Drives a project over a local cluster of two, one of which is killed half way; prints what was done as JSON."""

import json
import os
import signal
import sys

from dask.distributed import Client, LocalCluster

sys.path.insert(0, sys.argv[1])
import dask_backtest


def main():
    place = ["--shards", sys.argv[2]]
    command = sys.argv[3:]
    killed = []
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        workers = client.run(os.getpid)

        def finished(result):
            if not killed:
                killed.append(min(workers.values()))
                os.kill(killed[0], signal.SIGKILL)

        plan, results, summary = dask_backtest.backtest(client, command, place, 3, finished)
    print(json.dumps({"planned": [row["shard_id"] for row in plan["shards"]], "results": results, "summary": summary, "killed": killed}))


if __name__ == "__main__":
    main()
