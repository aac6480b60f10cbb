#!/usr/bin/env python3
"""The backtest stage of a project, computed over a Dask cluster.

    python pipelines/dask_backtest.py --scheduler tcp://head:8786 --shards /shared/shards -- cbt --config /shared/project/c.yaml

What follows `--` runs cbt with the project; it has to mean the same on every worker: the project, its data directory and
the shards lie on a file system that all of them see. `cbt plan` cuts the work into shards, every task computes some of
them with `cbt run-shard`, and `cbt collect` checks them and publishes. A shard is known by everything its results follow
from, so a task that Dask runs again after a worker was lost computes only what was not finished.

Needs the packages dask and distributed, and nothing else.
"""

import argparse
import json
import subprocess
import sys

from dask.distributed import Client, LocalCluster, as_completed


def cbt(command, *arguments):
    """The JSON object that one command prints."""
    done = subprocess.run([*command, *arguments, "--json", "--quiet"], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join([*command, *arguments])} ended with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def run_shards(command, place, ids):
    return cbt(command, "run-shard", *place, *ids)


def backtest(client, command, place=(), per_task=4, finished=lambda result: None):
    """Plans, computes what is not there yet, and collects. `finished` hears what each task did."""
    plan = cbt(command, "plan", *place)
    waiting = [row["shard_id"] for row in plan["shards"] if not row["known"]]
    tasks = [waiting[start : start + per_task] for start in range(0, len(waiting), per_task)]
    futures = [client.submit(run_shards, command, place, ids, pure=False, retries=10) for ids in tasks]
    results = []
    for future in as_completed(futures):
        results.append(future.result())
        finished(results[-1])
    return plan, results, cbt(command, "collect", *place)


def main(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a running cluster; without it, one on this machine")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="of a cluster on this machine")
    parser.add_argument("--shards", metavar="PLACE", help="folder or URL [default: shards in the data directory]")
    parser.add_argument("--per-task", type=int, default=4, metavar="N", help="shards that one task computes")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="-- CBT [OPTION...]")
    asked = parser.parse_args(words)
    command = [word for word in asked.command if word != "--"] or ["cbt"]
    place = ["--shards", asked.shards] if asked.shards else []
    cluster = None if asked.scheduler else LocalCluster(n_workers=asked.workers, threads_per_worker=1, dashboard_address=None)
    with Client(asked.scheduler or cluster) as client:
        plan, results, summary = backtest(client, command, place, asked.per_task)
    if cluster is not None:
        cluster.close()
    computed = sum(len(result["computed"]) for result in results)
    print(f"{len(plan['shards'])} shards, {computed} computed in {len(results)} tasks; {summary['rows']} rows published")


if __name__ == "__main__":
    main(sys.argv[1:])
