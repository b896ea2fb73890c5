import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canRun, freePort, genDhparams, start, workshop } from "./program.js";
import { SERVICES } from "./services.js";
import { NEW_GROUP } from "./walk.js";

describe("STARTTLS of real servers", () => {
	for (const service of SERVICES) {
		const { starttls, needs, more = [], ownGroup } = service;
		it.runIf(canRun(...needs))(starttls, async () => {
			using shop = workshop();
			const port = await freePort();
			const dhFile = shop.write("dhparams.pem", NEW_GROUP);
			await using _server = await start(
				shop,
				port,
				service.prepare(shop, port, dhFile),
			);
			const saved = join(shop.path, "served.pem");
			const probed = genDhparams(
				...["probe", `127.0.0.1:${port}`, "--starttls", starttls],
				...["--pem", saved, ...more],
			);
			expect(probed).toMatchObject({ stderr: "", status: 0 });
			const served = ownGroup ?? "DH, 2048 bits (custom group)";
			expect(probed.stdout).toContain(`Server Temp Key: ${served}\n`);
			expect(shop.read("served.pem") === NEW_GROUP).toBe(!ownGroup);
		});
	}
});
