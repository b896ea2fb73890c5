#!/usr/bin/env node
import { exitFor } from "./exit.js";
import { opensslRequest, runOpenssl } from "./openssl-compat.js";
import { normalize, program } from "./program.js";

// A reader that has seen enough (`| head`), or a full device.
process.stdout.on("error", exitFor);

try {
	const argv = normalize(process.argv.slice(2));
	const request = opensslRequest(argv);
	if (request !== undefined) process.exitCode = await runOpenssl(request);
	else await (await program(argv)).parseAsync(argv, { from: "user" });
} catch (error) {
	exitFor(error);
}
