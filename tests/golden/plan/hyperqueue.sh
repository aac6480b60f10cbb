#!/bin/bash
# Of a plan made by `cbt plan --hyperqueue`; it waits for the array, then collects.
set -euo pipefail
# HyperQueue runs a task again whose worker is lost; what it had finished is known then.
hq submit --wait --name cbt-shards --array 1-8 --cpus 1 -- bash -c 'CBT --config PROJECT/continuous_backtest_config.yaml --data-dir PROJECT/data --seed 42 run-shard --shards '\''PROJECT/it'\''\'\'''\''s here'\'' --part "$HQ_TASK_ID/8"'
CBT --config PROJECT/continuous_backtest_config.yaml --data-dir PROJECT/data --seed 42 collect --shards 'PROJECT/it'\''s here'
