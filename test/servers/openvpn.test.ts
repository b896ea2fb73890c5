import { expect, test } from "vitest";
import { configFor, findServer } from "../../src/guide/config.js";
import { clientLog, DHE, ECDHE, OPENVPN } from "./openvpn-client.js";
import { canRun, testDirectory } from "./program.js";
import { NEW_GROUP } from "./upgrade-scenario.js";

test.runIf(canRun(OPENVPN))(
	"OpenVPN serves the group of our line",
	async () => {
		using directory = testDirectory();
		const path = directory.write("dhparams.pem", NEW_GROUP);
		const { directive } = configFor(findServer("openvpn"), { path });
		const log = await clientLog(directory, String(directive), DHE);
		expect(log).toMatch(/Control Channel: TLSv1.2, cipher TLSv1.2 DHE-RSA/);
		expect(log).toMatch(/peer temporary key: 2048 bits DH/);
	},
);

test.runIf(canRun(OPENVPN))("OpenVPN without DHE keeps ECDHE", async () => {
	using directory = testDirectory();
	const { disable } = configFor(findServer("openvpn"), {}).variant;
	const lines = `${disable.directive}\n${disable.tls13}`;
	expect(await clientLog(directory, lines, DHE)).not.toContain(
		"Control Channel: TLS",
	);
	expect(await clientLog(directory, lines, ECDHE)).toMatch(
		/Control Channel: TLSv1.2, cipher TLSv1.2 ECDHE-RSA/,
	);
});
