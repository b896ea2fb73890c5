import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { WorkerError } from "./errors.js";

// Where the package has this code, and the workers from there.
const CHUNK = /\/dist\/src\/chunks\/[^/]+$/;
const WORKERS = "../../workers/";

/**
 * A compiled file of workers, such as `sieve.cjs` or `assembly/sieve.wasm`.
 *
 * @throws {@link WorkerError} where it is not in its place beside this code
 */
export function workerFile(name: string): URL {
	const url = resolve(name);
	if (url !== undefined && existsSync(url)) return url;
	throw new WorkerError(
		`The file workers/${name} of gen-dhparams was not found. If a bundler has put gen-dhparams into a bundle, keep the package external (https://github.com/gen-dhparams/gen-dhparams/blob/main/docs/bundlers.md); otherwise install gen-dhparams again.`,
	);
}

/**
 * Node resolves `#workers` in 6 ms, which is for code that is not where the package has it: tests, and bundles, which have
 * another package.json above them and, in CommonJS, no `import.meta`.
 */
function resolve(name: string): URL | undefined {
	try {
		const here = import.meta.url;
		if (CHUNK.test(here)) return new URL(WORKERS + name, here);
		return pathToFileURL(createRequire(here).resolve(`#workers/${name}`));
	} catch {
		return undefined;
	}
}
