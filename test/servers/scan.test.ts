import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { explain } from "../../src/guide/explain.js";
import { probe } from "../../src/probe/probe.js";
import { configOf, INSTANCES, makeGroup } from "./instances/instances.js";
import { canRun, freePort, start, testDirectory } from "./program.js";

const LOGS = ["server.log", "error.log", "exim/mainlog"];

// These write of failed handshakes at their usual level. GEN_DHPARAMS_ALL_SERVERS=1 goes through all of them.
const WRITES = /^(?:lighttpd|hitch|prosody|postgresql|mosquitto|freeradius)$/;
const all = process.env.GEN_DHPARAMS_ALL_SERVERS === "1";

describe.concurrent("the log that our own probe leaves is a scan's", () => {
	for (const instance of INSTANCES) {
		const { config, needs, starttls, servername, appendsTo } = instance;
		const writes = WRITES.test(config[0] ?? "");
		test.runIf(canRun(...needs) && (writes || all))(
			`on ${config[0]}`,
			async () => {
				using directory = testDirectory();
				const port = await freePort();
				const file = join(directory.path, "dhparams.pem");
				const { directive, make } = configOf(instance, file);
				const prepared = instance.prepare(directory, port, directive ?? "");
				await makeGroup(directory, make, appendsTo);
				{
					await using _server = await start(directory, port, prepared);
					await probe(`127.0.0.1:${port}`, {
						starttls,
						...(servername === undefined ? {} : { servername }),
					});
				}
				const log = LOGS.filter((name) =>
					existsSync(join(directory.path, name)),
				).map((name) => directory.read(name));
				const found = explain(log.join("\n")).map(({ message }) => message.id);
				if (writes) expect(found, log.join("\n")).toEqual(["scan-traces"]);
				else expect(["", "scan-traces"]).toContain(found.join());
			},
			90_000,
		);
	}
});
