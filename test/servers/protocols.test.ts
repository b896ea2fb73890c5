import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
	canRun,
	freePort,
	genDhparams,
	start,
	testDirectory,
} from "./program.js";
import { SERVICES } from "./services.js";
import { NEW_GROUP } from "./upgrade-scenario.js";

describe("STARTTLS of real servers", () => {
	for (const service of SERVICES) {
		const { starttls, needs, more = [], ownGroup } = service;
		test.runIf(canRun(...needs))(starttls, async () => {
			using directory = testDirectory();
			const port = await freePort();
			const dhFile = directory.write("dhparams.pem", NEW_GROUP);
			await using _server = await start(
				directory,
				port,
				service.prepare(directory, port, dhFile),
			);
			const saved = join(directory.path, "served.pem");
			const probed = genDhparams(
				...["probe", `127.0.0.1:${port}`, "--starttls", starttls],
				...["--pem", saved, ...more],
			);
			expect(probed).toMatchObject({ stderr: "", status: 0 });
			const served = ownGroup ?? "DH, 2048 bits (custom group)";
			expect(probed.stdout).toContain(`Server Temp Key: ${served}\n`);
			expect(directory.read("served.pem") === NEW_GROUP).toBe(!ownGroup);
		});
	}
});
