import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { configOf, INSTANCES, makeGroup, run } from "./instances/instances.js";
import { canRun, freePort, testDirectory } from "./program.js";
import { NEW_GROUP, OLD_GROUP } from "./upgrade-scenario.js";

const FILES = {
	good: NEW_GROUP,
	missing: null,
	garbage: "These are not the parameters that you look for.\n",
	small: OLD_GROUP,
} as const;

describe.concurrent("the configuration test that gen-dhparams config names", () => {
	for (const instance of INSTANCES) {
		const { config, needs, appendsTo } = instance;
		const ownTest = instance.test;
		const { testReports } = configOf(instance, "/unused").variant;
		if (ownTest === undefined || testReports === undefined) continue;
		test.runIf(canRun(...needs))(
			`${config[0]} reports the faults of the file that we say it does`,
			async () => {
				using directory = testDirectory();
				const port = await freePort();
				const file = join(directory.path, "dhparams.pem");
				const { directive, make } = configOf(instance, file);
				instance.prepare(directory, port, directive ?? "");
				if (appendsTo !== undefined)
					await makeGroup(directory, make, appendsTo);
				const reported: string[] = [];
				for (const [fault, content] of Object.entries(FILES)) {
					if (content === null) await run("rm", ["-f", file]);
					else directory.write("dhparams.pem", content);
					const [program, ...args] = ownTest(directory);
					const { status, stderr } = await run(program, args);
					if (status !== 0) reported.push(fault);
					if (fault === "good") expect(status, stderr).toBe(0);
				}
				expect(reported).toEqual(testReports);
			},
		);
	}
});
