#!/bin/bash
# One group on the nodes of a Slurm cluster. In a folder that all nodes share:
#   export BITS=8192 SEED="example.org 2026"
#   job=$(sbatch --parsable slurm-work.sh)
#   sbatch --dependency=afterany:"$job" slurm-collect.sh
#SBATCH --job-name=dhparams-work
#SBATCH --array=1-64
#SBATCH --nodes=1
#SBATCH --exclusive
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=work.log
set -eu

part=$SLURM_ARRAY_TASK_ID parts=$SLURM_ARRAY_TASK_MAX
gen-dhparams work --bits "$BITS" --seed "$SEED" --part "$part/$parts" --out "part-$part.jsonl" --force

# A safe prime makes the parts after it needless.
if grep -q '"hits":\[{' "part-$part.jsonl" && [ "$part" -lt "$parts" ]; then
	scancel "${SLURM_ARRAY_JOB_ID}_[$((part + 1))-$parts]" || true
fi
