#!/bin/bash
# Of a plan made by `cbt plan --slurm`; when the array is done: cbt collect --shards 'PROJECT/it'\''s here'
#SBATCH --job-name=cbt-shards
#SBATCH --array=1-8
#SBATCH --cpus-per-task=1
#SBATCH --requeue
set -euo pipefail
# A task that was killed is run again by --requeue; what it had finished is known then.
CBT --config PROJECT/continuous_backtest_config.yaml --data-dir PROJECT/data --seed 42 run-shard --shards 'PROJECT/it'\''s here' --part "$SLURM_ARRAY_TASK_ID/8"
