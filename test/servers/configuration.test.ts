import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configOf, INSTANCES, makeGroup, run } from "./instances/instances.js";
import { canRun, freePort, workshop } from "./program.js";
import { NEW_GROUP, OLD_GROUP } from "./walk.js";

const FILES = {
	good: NEW_GROUP,
	missing: null,
	garbage: "These are not the parameters that you look for.\n",
	small: OLD_GROUP,
} as const;

describe.concurrent("the configuration test that gen-dhparams config names", () => {
	for (const instance of INSTANCES) {
		const { config, needs, appendsTo } = instance;
		const test = instance.test;
		const { testReports } = configOf(instance, "/unused").variant;
		if (test === undefined || testReports === undefined) continue;
		it.runIf(canRun(...needs))(
			`${config[0]} reports the faults of the file that we say it does`,
			async () => {
				using shop = workshop();
				const port = await freePort();
				const file = join(shop.path, "dhparams.pem");
				const { directive, make } = configOf(instance, file);
				instance.prepare(shop, port, directive ?? "");
				if (appendsTo !== undefined) await makeGroup(shop, make, appendsTo);
				const reported: string[] = [];
				for (const [fault, content] of Object.entries(FILES)) {
					if (content === null) await run("rm", ["-f", file]);
					else shop.write("dhparams.pem", content);
					const [program, ...args] = test(shop);
					const { status, stderr } = await run(program, args);
					if (status !== 0) reported.push(fault);
					if (fault === "good") expect(status, stderr).toBe(0);
				}
				expect(reported).toEqual(testReports);
			},
		);
	}
});
