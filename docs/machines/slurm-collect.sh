#!/bin/bash
# Puts the parts of slurm-work.sh together. It computes what is missing, so it has a node of its own.
#SBATCH --job-name=dhparams
#SBATCH --nodes=1
#SBATCH --exclusive
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=collect.log
set -eu

cat part-*.jsonl >units.jsonl
gen-dhparams "$BITS" --seed "$SEED" --units units.jsonl --out dhparams.pem --force
