import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

// The quota of the control group: microseconds of processor time in each period, "max" or −1 for no limit. In a
// container its own group is mounted here. Version 2: Documentation/admin-guide/cgroup-v2.rst of Linux.
const CPU_MAX = "/sys/fs/cgroup/cpu.max";
// Version 1: Documentation/scheduler/sched-bwc.rst.
const CFS_QUOTA = "/sys/fs/cgroup/cpu/cpu.cfs_quota_us";
const CFS_PERIOD = "/sys/fs/cgroup/cpu/cpu.cfs_period_us";

/**
 * How many threads can run at the same time: the processors that this process may use, and no more than the quota of
 * its container, which Node does not ask for.
 *
 * @param read reads a file; tests pass files of their own
 */
export function availableProcessors(
	read: (path: string) => string = (path) => readFileSync(path, "utf8"),
): number {
	const quota =
		quotaOf(CPU_MAX, undefined, read) ??
		quotaOf(CFS_QUOTA, CFS_PERIOD, read) ??
		Number.POSITIVE_INFINITY;
	return Math.min(availableParallelism(), Math.max(1, Math.round(quota)));
}

/** In processors; undefined without a file, and without a limit. */
function quotaOf(
	quotaFile: string,
	periodFile: string | undefined,
	read: (path: string) => string,
): number | undefined {
	try {
		const [quota, period] = [
			read(quotaFile),
			periodFile === undefined ? "" : read(periodFile),
		]
			.join(" ")
			.trim()
			.split(/\s+/)
			.map(Number);
		const processors = Number(quota) / Number(period);
		return processors > 0 ? processors : undefined;
	} catch {
		// Not Linux, or no such controller.
		return undefined;
	}
}
