// Run by npm before and after it packs: builds from nothing, and takes what only a clone needs out of package.json, since
// npm warns its users of lifecycle scripts. The original waits in dist/package.json.
import { execFileSync } from "node:child_process";
import {
	copyFileSync,
	existsSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";

const ORIGINAL = "dist/package.json";

function pack() {
	// A run that was killed.
	if (existsSync(ORIGINAL)) restore();
	rmSync("dist", { recursive: true, force: true });
	execFileSync("npm", ["run", "--silent", "build"], { stdio: "inherit" });
	copyFileSync("package.json", ORIGINAL);
	const { scripts, devDependencies, ...manifest } = JSON.parse(
		readFileSync(ORIGINAL, "utf8"),
	);
	writeFileSync("package.json", `${JSON.stringify(manifest, null, "\t")}\n`);
}

function restore() {
	renameSync(ORIGINAL, "package.json");
}

if (process.argv[2] === "pack") pack();
else restore();
