import { ProbeError } from "../../src/errors.js";
import { probe } from "../../src/probe/probe.js";
import { readOne } from "../../src/reading/read.js";
import type { DhFileServer } from "./dh-file-servers.js";
import { freePort, start, testDirectory } from "./program.js";
import { NEW_GROUP, OLD_GROUP } from "./upgrade-scenario.js";

/** Which of the two groups of the vectors a server serves, as `probe` sees it. */
export type Served =
	| ("weak" | "good" | "another" | "none")
	| ("no TLS" | "does not start");

const [weak, good] = [OLD_GROUP, NEW_GROUP].map(
	(pem) => readOne(Buffer.from(pem)).params.p,
);

/** Starts the real server with a file of DH parameters, and asks it. */
export async function servedGroup(
	server: DhFileServer,
	content: Uint8Array,
): Promise<Served> {
	using directory = testDirectory();
	const port = await freePort();
	const dhFile = directory.write("dhparams.pem", content);
	let running: AsyncDisposable;
	try {
		running = await start(
			directory,
			port,
			server.prepare(directory, port, dhFile),
		);
	} catch (error) {
		if (String(error).includes("does not listen")) return "does not start";
		throw error;
	}
	await using _server = running;
	const report = await probe(`127.0.0.1:${port}`, {
		starttls: server.starttls,
	}).catch((error: unknown) => {
		if (error instanceof ProbeError && error.failure === "not-tls") return;
		throw error;
	});
	if (report === undefined) return "no TLS";
	const [group] = report.groups;
	switch (group?.params.p) {
		case undefined:
			return "none";
		case weak:
			return "weak";
		case good:
			return "good";
		default:
			return "another";
	}
}
