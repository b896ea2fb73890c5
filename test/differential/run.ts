/**
 * Compares our reader with OpenSSL, GnuTLS, Mbed TLS and sshd on odd files for as long as one likes:
 *
 *     npm run fuzz:differential -- --files 1000000 --seed 1
 *
 * The same seed gives the same files (the keys among them are new ones). A file that we accept and a loader loads as
 * another group is printed in hexadecimal, and the run ends with status 1.
 */
import { parseArgs } from "node:util";
import { asn1, withAsn1 } from "../../src/encoding/asn1.js";
import { compare } from "./compare.js";
import { Loaders, missingForLoaders } from "./loaders.js";

const MOST_SHOWN = 20;

const { values } = parseArgs({
	options: {
		files: { type: "string", default: "1000000" },
		seed: { type: "string", default: String(Date.now() & 0x7fffffff) },
	},
});
const missing = missingForLoaders();
if (missing.length > 0) {
	console.error(`Missing: ${missing.join(", ")}. Run test/servers/install.sh.`);
	process.exit(2);
}
await withAsn1(asn1);
using loaders = new Loaders();
let reported = 0;
let shown = 0;
const { files, accepted, loaded, faults } = compare(
	loaders,
	Number(values.files),
	Number(values.seed),
	({ files, faults }) => {
		for (const { file, loaded } of faults.slice(shown, MOST_SHOWN)) {
			console.error(`${loaded.loader} loads p = ${loaded.p.toString(16)}:`);
			console.error(file.toString("hex"));
			shown++;
		}
		if (files < reported + 100_000) return;
		reported = files;
		console.log(`${files} files, ${faults.length} faults`);
	},
);
console.log(
	`${files} files of seed ${values.seed}: ${accepted} accepted, ${loaded} of them loaded by a library or sshd, ${faults.length} as another group.`,
);
process.exitCode = faults.length > 0 ? 1 : 0;
