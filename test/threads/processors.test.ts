import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { availableProcessors } from "../../src/threads/processors.js";

const all = availableParallelism();

/** A file system that holds these files and no others. */
function files(contents: Record<string, string>): (path: string) => string {
	return (path) => {
		const text = contents[path];
		if (text === undefined) throw new Error(`ENOENT: ${path}`);
		return text;
	};
}

test.each([
	["no control groups", {}, all],
	[
		"version 2 without a limit",
		{ "/sys/fs/cgroup/cpu.max": "max 100000\n" },
		all,
	],
	[
		"version 2, one processor",
		{ "/sys/fs/cgroup/cpu.max": "100000 100000\n" },
		1,
	],
	[
		"version 2, a fifth of one",
		{ "/sys/fs/cgroup/cpu.max": "20000 100000\n" },
		1,
	],
	[
		"version 2, more than there are",
		{ "/sys/fs/cgroup/cpu.max": "9900000 100000\n" },
		all,
	],
	["a damaged file", { "/sys/fs/cgroup/cpu.max": "\n" }, all],
	[
		"version 1, one processor",
		{
			"/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n",
			"/sys/fs/cgroup/cpu/cpu.cfs_period_us": "50000\n",
		},
		1,
	],
	[
		"version 1 without a limit",
		{
			"/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
			"/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
		},
		all,
	],
])("%s", (_, contents, processors) => {
	expect(availableProcessors(files(contents))).toBe(processors);
});
