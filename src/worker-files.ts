import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { WorkerError } from "./errors.js";

/**
 * A compiled file of workers, such as `sieve.js` or `assembly/sieve.wasm`.
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

/** Bundles have another package.json above them, and those in CommonJS no `import.meta`. */
function resolve(name: string): URL | undefined {
	try {
		const { resolve } = createRequire(import.meta.url);
		return pathToFileURL(resolve(`#workers/${name}`));
	} catch {
		return undefined;
	}
}
